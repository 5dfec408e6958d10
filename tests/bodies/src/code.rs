//! A body as text, with holes where its forms differ.

use std::fmt::Write;

/// A piece of a body.
#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    /// Suspends and hands the operand out; evaluates to the answer.
    Suspend {
        site: u32,
        operand: Code,
    },
    /// Waits for what is ready.
    Ready(Code),
    /// Hands over to a coroutine of the same kind.
    Delegate {
        operand: Code,
        guard: u32,
    },
    /// Hands out two items, by delegation where that is possible.
    Each {
        site: u32,
        first: Code,
        second: Code,
    },
    /// A block that is an `async` block where one can be awaited.
    Block(Code),
    /// `?`
    Try(Code),
    /// `return`
    Return(Code),
}

/// A part of a body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Code(Vec<Piece>);

/// What a body is compiled to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Beside a task: the temporaries of what is awaited live as long as in a call.
    PlainTask,
    /// Beside a generator: the temporaries of an item are dropped before it suspends.
    PlainYield,
    /// Beside a stream, which does some of both and returns nothing.
    PlainStream,
    Task,
    Generator,
    TwoWay,
    Stream,
}

impl Form {
    fn is_plain(self) -> bool {
        matches!(self, Self::PlainTask | Self::PlainYield | Self::PlainStream)
    }

    /// Whether it may await.
    fn awaits(self) -> bool {
        matches!(self, Self::Task | Self::Stream)
    }

    pub(crate) fn is_stream(self) -> bool {
        matches!(self, Self::PlainStream | Self::Stream)
    }
}

/// What a body returns: how it says so, and how a part of it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Returns {
    Option,
    Result,
}

impl Returns {
    pub(crate) fn ty(self) -> &'static str {
        match self {
            Self::Option => "Option<i32>",
            Self::Result => "Result<i32, i32>",
        }
    }

    pub(crate) fn wrap(self) -> &'static str {
        match self {
            Self::Option => "Some",
            Self::Result => "Ok",
        }
    }

    fn check(self) -> &'static str {
        match self {
            Self::Option => "some",
            Self::Result => "good",
        }
    }

    fn failure(self) -> (&'static str, &'static str) {
        match self {
            Self::Option => ("None", "None"),
            Self::Result => ("Err(e)", "Err(e)"),
        }
    }
}

impl Code {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self(vec![Piece::Text(text.into())])
    }

    pub(crate) fn suspend(site: u32, operand: Self) -> Self {
        Self(vec![Piece::Suspend { site, operand }])
    }

    pub(crate) fn ready(operand: Self) -> Self {
        Self(vec![Piece::Ready(operand)])
    }

    pub(crate) fn delegate(guard: u32, operand: Self) -> Self {
        Self(vec![Piece::Delegate { operand, guard }])
    }

    pub(crate) fn each(site: u32, first: Self, second: Self) -> Self {
        Self(vec![Piece::Each { site, first, second }])
    }

    pub(crate) fn block(inside: Self) -> Self {
        Self(vec![Piece::Block(inside)])
    }

    pub(crate) fn tried(operand: Self) -> Self {
        Self(vec![Piece::Try(operand)])
    }

    pub(crate) fn returned(operand: Self) -> Self {
        Self(vec![Piece::Return(operand)])
    }

    pub(crate) fn push(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Writes the body in one form.
    pub(crate) fn render(&self, form: Form, returns: Returns) -> String {
        let mut out = String::new();
        self.0.iter().for_each(|piece| piece.render(form, returns, &mut out));
        out
    }
}

/// Fills each `~` of a template with the next part, and each `#` with `id`.
pub(crate) fn fill(id: u32, template: &str, parts: impl IntoIterator<Item = Code>) -> Code {
    let mut code = Code::default();
    let mut parts = parts.into_iter();
    for (position, text) in template.split('~').enumerate() {
        if position > 0 {
            code.push(parts.next().expect("a part for each `~`"));
        }
        code.push(Code::text(text.replace('#', &id.to_string())));
    }
    assert!(parts.next().is_none(), "a `~` for each part: {template}");
    code
}

impl Piece {
    fn render(&self, form: Form, returns: Returns, out: &mut String) {
        let inner = |code: &Code| code.render(form, returns);
        let text = match self {
            Self::Text(text) => text.clone(),
            Self::Suspend { site, operand } => suspend(form, *site, &inner(operand)),
            Self::Ready(operand) if form.awaits() => {
                format!("std::future::ready({}).await", inner(operand))
            }
            Self::Ready(operand) => format!("std::convert::identity({})", inner(operand)),
            Self::Delegate { operand, guard } => delegate(form, &inner(operand), *guard),
            Self::Each { site, first, second } => {
                let items = format!("[{}, {}]", inner(first), inner(second));
                if form == Form::Generator {
                    format!("yield_all!({items});")
                } else if form == Form::Stream {
                    format!("yield_all!(each({items}));")
                } else {
                    format!("for item in {items} {{ {}; }}", suspend(form, *site, "item"))
                }
            }
            Self::Block(inside) if form.awaits() => {
                format!("async {{ {} }}.await", inner(inside))
            }
            Self::Block(inside) => format!("{{ {} }}", inner(inside)),
            Self::Try(operand) if form.is_stream() => {
                let (wrap, check) = (returns.wrap(), returns.check());
                let (pattern, failure) = returns.failure();
                format!(
                    "(match {check}({}) {{ {wrap}(x) => x, {pattern} => {{ \
                     out.replace(Some({failure})); return; }} }})",
                    inner(operand)
                )
            }
            Self::Try(operand) => format!("({}({})?)", returns.check(), inner(operand)),
            Self::Return(operand) if form.is_stream() => {
                let output = format!("{}({})", returns.wrap(), inner(operand));
                format!("{{ out.replace(Some({output})); return; }}")
            }
            Self::Return(operand) => format!("return {}({})", returns.wrap(), inner(operand)),
        };
        write!(out, "{text}").expect("a string takes all");
    }
}

/// In a stream, every second site yields, and the others await.
fn awaits(form: Form, site: u32) -> bool {
    match form {
        Form::PlainTask | Form::Task => true,
        Form::PlainStream | Form::Stream => site.is_multiple_of(2),
        Form::PlainYield | Form::Generator | Form::TwoWay => false,
    }
}

fn suspend(form: Form, site: u32, operand: &str) -> String {
    match (form.is_plain(), awaits(form, site)) {
        (true, true) => format!("now({site}, {operand})"),
        (true, false) => format!("({{ let item: i32 = {operand}; now({site}, item) }})"),
        (false, true) => format!("later({operand}).await"),
        (false, false) if form == Form::TwoWay => format!("(yield {operand})"),
        (false, false) => {
            format!("({{ let item: i32 = {operand}; yield item; answer(item) }})")
        }
    }
}

fn delegate(form: Form, operand: &str, guard: u32) -> String {
    let inner = |name: &str| format!("{name}({operand}, noisy({guard}))");
    match form {
        Form::PlainTask | Form::PlainYield => inner("inner_plain"),
        Form::Task => format!("{}.await", inner("inner_task")),
        Form::Generator => format!("(yield_all!({}))", inner("inner_generator")),
        Form::TwoWay => format!("(yield_all!({}))", inner("inner_two_way")),
        // A stream has no value: both forms compute one of their own.
        Form::PlainStream => {
            format!("({{ let x = {operand}; inner_plain(x, noisy({guard})); x }})")
        }
        Form::Stream => {
            format!("({{ let x = {operand}; yield_all!(inner_stream(x, noisy({guard}))); x }})")
        }
    }
}
