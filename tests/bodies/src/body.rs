//! One random body, written out as a module with all its forms.

use crate::arguments::Arguments;
use crate::code::{Code, Form, Returns};
use crate::writer::{Counts, Scope, Writer};

/// How many parts a body has that may grow alike, so that it does not end in its first statement.
const SECTIONS: u32 = 2;

/// A body's module, and what its `BODY` is of.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) text: String,
    pub(crate) returns: Returns,
}

/// Writes body `number` of a run.
pub(crate) fn write(seed: u64, number: u32, counts: &mut Counts) -> Module {
    let mut writer = Writer::new(seed, number, counts);
    let arguments = Arguments::random(&mut writer);
    let mut scope = Scope::of_body(arguments.ints.clone(), arguments.muts.clone());
    let mut statements = Code::default();
    for _ in 0..SECTIONS {
        writer.refill();
        statements.push(writer.section(&mut scope));
    }
    writer.refill();
    let tail = writer.expression(&scope);
    let returns = writer.returns;
    let inside = |form: Form| {
        let (statements, tail) = (statements.render(form, returns), tail.render(form, returns));
        let wrap = returns.wrap();
        match form.is_stream() {
            true => format!("{statements} out.replace(Some({wrap}({tail})));"),
            false => format!("{statements} {wrap}({tail})"),
        }
    };
    let text = module(number, returns, &arguments, inside);
    Module { text, returns }
}

fn module(
    number: u32,
    returns: Returns,
    arguments: &Arguments,
    inside: impl Fn(Form) -> String,
) -> String {
    let ty = returns.ty();
    let out = format!("out: &RefCell<Option<{ty}>>");
    let (declared, named) = (arguments.declared(), arguments.named());
    let (destructured, captured) = (arguments.destructured(), arguments.captured());
    let passed = arguments.passed();
    let begin = format!("enter(); {destructured}");
    let [plain_task, plain_yield, plain_stream, task, generator, two_way, stream] = [
        Form::PlainTask,
        Form::PlainYield,
        Form::PlainStream,
        Form::Task,
        Form::Generator,
        Form::TwoWay,
        Form::Stream,
    ]
    .map(inside);
    format!(
        "mod body_{number} {{
use super::*;
fn plain_unstarted({named}) {{ enter(); }}
fn plain_task({named}) -> {ty} {{ {begin} {plain_task} }}
fn plain_yield({named}) -> {ty} {{ {begin} {plain_yield} }}
fn plain_stream({named} {out}) {{ {begin} {plain_stream} }}
#[coweave::coroutine]
fn task({declared}) -> {ty} {{ {task} }}
#[coweave::coroutine(yield = i32)]
fn generator({declared}) -> {ty} {{ {generator} }}
#[coweave::coroutine(yield = i32, resume = i32)]
fn two_way({declared}) -> {ty} {{ {two_way} }}
#[coweave::coroutine(stream = i32)]
fn stream({declared} {out}) {{ {stream} }}
fn block({named}) -> impl Future<Output = {ty}> {{
    async move {{ {captured} {destructured} {task} }}
}}
pub const BODY: Body<{ty}> = Body {{
    number: {number},
    plain_unstarted: |env, a, b| plain_unstarted({passed}),
    plain_task: |env, a, b| plain_task({passed}),
    plain_yield: |env, a, b| plain_yield({passed}),
    plain_stream: |env, a, b| plain_stream({passed} &env.out),
    task: |env, a, b| Box::pin(task({passed})),
    generator: |env, a, b| generator({passed}).erase(),
    two_way: |env, a, b| two_way({passed}).erase(),
    stream: |env, a, b| stream({passed} &env.out).erase(),
    frames: |env, a, b| (size_of_val(&task({passed})), size_of_val(&block({passed}))),
}};
}}
"
    )
}

/// The program that compares `modules`, which begin with body `first`.
pub(crate) fn program(first: u32, modules: &[Module]) -> String {
    let text: String = modules.iter().map(|module| module.text.as_str()).collect();
    let of = |returns: Returns| -> String {
        let bodies = (first..).zip(modules).filter(|(_, module)| module.returns == returns);
        bodies.map(|(number, _)| format!("body_{number}::BODY, ")).collect()
    };
    format!(
        "#![feature(coroutines)]
#![allow(warnings)]
use std::cell::RefCell;
use coweave_bodies_runtime::*;
{text}
fn main() {{ compare(&[{}], &[{}]); }}
",
        of(Returns::Option),
        of(Returns::Result)
    )
}
