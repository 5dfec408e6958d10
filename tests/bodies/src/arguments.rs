//! The arguments of a body.

use crate::writer::Writer;

/// One argument.
#[derive(Debug, Clone)]
pub(crate) struct Argument {
    pub(crate) pattern: String,
    pub(crate) ty: String,
    /// What is passed, made from `a`, `b` and `env`.
    pub(crate) value: String,
    /// Whether the pattern is a plain name, with or without `mut`.
    pub(crate) is_name: bool,
}

/// The arguments of a body, and what they bring into scope.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) all: Vec<Argument>,
    pub(crate) ints: Vec<String>,
    pub(crate) muts: Vec<String>,
}

/// Name in the table, pattern, type, value, what may be read, what may be assigned to.
pub(crate) type Shape =
    (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

pub(crate) const SHAPES: [Shape; 15] = [
    ("argument, number", "n#", "i32", "a", "n#", ""),
    ("argument, mut", "mut m#", "i32", "b", "", "m#"),
    ("argument, used by reference", "p#", "Noisy", "noisy(-#)", "p#.get(1)", ""),
    ("argument, never used", "u#", "Noisy", "noisy(-#)", "", ""),
    ("argument, underscored", "_u#", "Noisy", "noisy(-#)", "", ""),
    ("argument, wildcard", "_", "Noisy", "noisy(-#)", "", ""),
    ("argument, tuple pattern", "(x#, _q#)", "(i32, Noisy)", "(b, noisy(-#))", "x#", ""),
    (
        "argument, structure pattern",
        "Pair { left: x#, guard: q#, .. }",
        "Pair",
        "Pair { left: a, right: b, guard: noisy(-#) }",
        "q#.get(x#)",
        "",
    ),
    (
        "argument, array pattern",
        "[p#, _, q#]",
        "[Noisy; 3]",
        "[noisy(-#), noisy(-100 - #), noisy(-200 - #)]",
        "p#.add(&q#, 2)",
        "",
    ),
    ("argument, ref pattern", "ref r#", "Noisy", "noisy(-#)", "r#.get(2)", ""),
    ("argument, reference pattern", "&(x#, _)", "&(i32, i32)", "&env.numbers", "x#", ""),
    ("argument, borrowed text", "text#", "&str", "&env.text", "(text#.len() as i32)", ""),
    ("argument, impl Fn", "f#", "impl Fn(i32) -> i32", "move |x| mark(x ^ b)", "f#(3)", ""),
    ("argument, bulk", "bulk#", "Bulk", "bulk(-#)", "bulk#.guard.get(bulk#.words[1] as i32)", ""),
    ("argument, mut vector", "mut v#", "Vec<Noisy>", "vec![noisy(-#)]", "(v#.len() as i32)", ""),
];

impl Arguments {
    pub(crate) fn random(writer: &mut Writer<'_>) -> Self {
        let mut arguments = Self::default();
        for _ in 0..1 + writer.below(5) {
            let (name, pattern, ty, value, int, mutable) = writer.one_of(&SHAPES);
            writer.count(name);
            let id = writer.id().to_string();
            let of = |template: &str| template.replace('#', &id);
            let plain = pattern.trim_start_matches("mut ");
            arguments.all.push(Argument {
                pattern: of(pattern),
                ty: ty.to_owned(),
                value: of(value),
                is_name: plain != "_" && !plain.contains([' ', '(', '[', '&']),
            });
            arguments.ints.extend((!int.is_empty()).then(|| of(int)));
            arguments.muts.extend((!mutable.is_empty()).then(|| of(mutable)));
        }
        arguments
    }

    /// As the attribute takes them.
    pub(crate) fn declared(&self) -> String {
        let declare = |it: &Argument| format!("{}: {}, ", it.pattern, it.ty);
        self.all.iter().map(declare).collect()
    }

    /// With names for the patterns.
    pub(crate) fn named(&self) -> String {
        let name = |(position, it): (usize, &Argument)| match it.is_name {
            true => format!("{}: {}, ", it.pattern, it.ty),
            false => format!("argument{position}: {}, ", it.ty),
        };
        self.all.iter().enumerate().map(name).collect()
    }

    /// Takes the patterns apart, as documented: in the body, so that what they bind is dropped
    /// before the arguments.
    pub(crate) fn destructured(&self) -> String {
        let patterns = self.all.iter().enumerate().filter(|(_, it)| !it.is_name);
        patterns.map(|(at, it)| format!("let {} = argument{at}; ", it.pattern)).collect()
    }

    /// Mentions all, the last first.
    pub(crate) fn captured(&self) -> String {
        let name = |(position, it): (usize, &Argument)| match it.is_name {
            true => format!("&{}, ", it.pattern.trim_start_matches("mut ")),
            false => format!("&argument{position}, "),
        };
        let names: String = self.all.iter().enumerate().rev().map(name).collect();
        format!("let _ = ({names});")
    }

    pub(crate) fn passed(&self) -> String {
        self.all.iter().map(|it| format!("{}, ", it.value)).collect()
    }
}
