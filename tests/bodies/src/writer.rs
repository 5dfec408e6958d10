//! Writes one random body: what is in scope, how large it grows, what it contains.

use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::code::{Code, Returns};
use crate::{arguments, expressions, statements};

/// How often each construct was written.
pub(crate) type Counts = BTreeMap<&'static str, u64>;

/// How many constructs a section of a body may have, beyond which it is closed.
const BUDGET: i32 = 7;

const DEPTH: u32 = 4;

/// Names that the macro uses as well, and some of the prelude's: they may not meet.
const NAMES: [&str; 8] =
    ["__leaf", "__cx", "__item", "__value", "__source", "__output", "r#loop", "item"];

const SHADOWING: &str = "shadowing";
const NAME_IN_USE: &str = "a name that the macro uses";

/// The names of all constructs, some more than once.
pub(crate) fn constructs() -> impl Iterator<Item = &'static str> {
    let expressions = expressions::ALL.iter().chain(expressions::JUMPS).map(|(name, _)| *name);
    let statements = statements::ALL.iter().chain(statements::JUMPS).map(|(name, _)| *name);
    let arguments = arguments::SHAPES.iter().map(|shape| shape.0);
    expressions.chain(statements).chain(arguments).chain([SHADOWING, NAME_IN_USE])
}

/// Constructs with their names, some more than once.
type Table<W> = [(&'static str, W)];

/// What a body may name and do at one place.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// Expressions of type `i32` that may be read.
    ints: Vec<String>,
    /// Variables that may be assigned to.
    muts: Vec<String>,
    loops: Vec<Loop>,
    /// Whether `return` and `?` leave the body.
    pub(crate) may_leave: bool,
    pub(crate) may_suspend: bool,
    depth: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct Loop {
    pub(crate) label: String,
    /// Whether `break` takes a value.
    pub(crate) has_value: bool,
    /// Whether it is a block, which cannot be continued.
    pub(crate) is_block: bool,
}

impl Scope {
    pub(crate) fn of_body(ints: Vec<String>, muts: Vec<String>) -> Self {
        Self { ints, muts, loops: Vec::new(), may_leave: true, may_suspend: true, depth: DEPTH }
    }

    /// One level further inside.
    pub(crate) fn inside(&self) -> Self {
        Self { depth: self.depth.saturating_sub(1), ..self.clone() }
    }

    /// With a variable more, which shadows those of its name.
    pub(crate) fn with(&self, name: &str) -> Self {
        let mut scope = self.inside();
        scope.bind(name);
        scope
    }

    pub(crate) fn bind(&mut self, name: &str) {
        self.ints.retain(|other| other != name);
        self.muts.retain(|other| other != name);
        self.ints.push(name.to_owned());
    }

    pub(crate) fn bind_mut(&mut self, name: &str) {
        self.bind(name);
        self.ints.pop();
        self.muts.push(name.to_owned());
    }

    pub(crate) fn within_loop(&self, label: String, has_value: bool) -> Self {
        let mut scope = self.inside();
        scope.loops.push(Loop { label, has_value, is_block: false });
        scope
    }

    pub(crate) fn within_block(&self, label: String) -> Self {
        let mut scope = self.inside();
        scope.loops.push(Loop { label, has_value: true, is_block: true });
        scope
    }

    /// In a closure, which can neither suspend nor leave the body, and borrows for a while.
    pub(crate) fn in_closure(&self, argument: &str) -> Self {
        let mut scope = self.in_async_block();
        scope.may_suspend = false;
        scope.muts.clear();
        scope.bind(argument);
        scope
    }

    pub(crate) fn in_async_block(&self) -> Self {
        Self { loops: Vec::new(), may_leave: false, ..self.inside() }
    }

    pub(crate) fn muts(&self) -> &[String] {
        &self.muts
    }

    pub(crate) fn loops(&self) -> &[Loop] {
        &self.loops
    }
}

/// Writes one body.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    rng: ChaCha8Rng,
    counts: &'a mut Counts,
    next_id: u32,
    next_site: u32,
    budget: i32,
    pub(crate) returns: Returns,
}

impl<'a> Writer<'a> {
    /// The writer of body `number`: each has its own numbers, so that one can be written alone.
    pub(crate) fn new(seed: u64, number: u32, counts: &'a mut Counts) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(u64::from(number));
        let mut it = Self {
            rng,
            counts,
            next_id: 0,
            next_site: number * 1000,
            budget: BUDGET,
            returns: Returns::Option,
        };
        if it.below(2) == 0 {
            it.returns = Returns::Result;
        }
        it
    }

    pub(crate) fn below(&mut self, end: u32) -> u32 {
        self.rng.next_u32() % end
    }

    pub(crate) fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u32) as usize].clone()
    }

    pub(crate) fn id(&mut self) -> u32 {
        self.next_id += 1;
        self.next_id
    }

    pub(crate) fn count(&mut self, construct: &'static str) {
        *self.counts.entry(construct).or_default() += 1;
    }

    /// A name for a variable: mostly new, sometimes one that is already in use.
    pub(crate) fn name(&mut self, scope: &Scope) -> String {
        let in_use: Vec<String> =
            scope.ints.iter().filter(|name| !name.contains(['.', '('])).cloned().collect();
        match self.below(6) {
            0 => {
                self.count(NAME_IN_USE);
                self.one_of(&NAMES).to_owned()
            }
            1 if !in_use.is_empty() => {
                self.count(SHADOWING);
                self.one_of(&in_use)
            }
            _ => format!("x{}", self.id()),
        }
    }

    /// A suspension point, or what stands for one where none may be.
    pub(crate) fn suspension(&mut self, scope: &Scope) -> Code {
        let operand = self.expression(scope);
        if !scope.may_suspend {
            return operand;
        }
        Code::suspend(self.site(), operand)
    }

    pub(crate) fn site(&mut self) -> u32 {
        self.next_site += 1;
        self.next_site
    }

    /// An expression of type `i32`.
    pub(crate) fn expression(&mut self, scope: &Scope) -> Code {
        self.budget -= 1;
        if scope.depth == 0 || self.budget < 0 || self.below(3) == 0 {
            return self.leaf(scope);
        }
        let inner = scope.inside();
        loop {
            let (name, write) = self.construct(&inner, expressions::ALL, expressions::JUMPS);
            if let Some(code) = write(self, &inner) {
                self.count(name);
                return code;
            }
        }
    }

    /// One of all, or within a loop, often enough to be seen, a jump.
    fn construct<W: Clone>(
        &mut self,
        scope: &Scope,
        all: &Table<W>,
        jumps: &Table<W>,
    ) -> (&'static str, W) {
        let is_jump = !scope.loops().is_empty() && self.below(2) == 0;
        self.one_of(if is_jump { jumps } else { all })
    }

    fn leaf(&mut self, scope: &Scope) -> Code {
        let readable: Vec<String> = scope.ints.iter().chain(&scope.muts).cloned().collect();
        match self.below(4) {
            0 => Code::text(format!("{}i32", self.below(6))),
            1 => Code::text(format!("mark({})", self.id())),
            _ if readable.is_empty() => Code::text("3i32"),
            _ => Code::text(self.one_of(&readable)),
        }
    }

    /// Lets the next section grow.
    pub(crate) fn refill(&mut self) {
        self.budget = BUDGET;
    }

    /// Some statements, which bind in `scope`.
    pub(crate) fn statements(&mut self, scope: &mut Scope) -> Code {
        let count = self.below(3);
        self.some_statements(scope, count)
    }

    /// A section of the body.
    pub(crate) fn section(&mut self, scope: &mut Scope) -> Code {
        let count = 2 + self.below(3);
        self.some_statements(scope, count)
    }

    fn some_statements(&mut self, scope: &mut Scope, count: u32) -> Code {
        let mut code = Code::default();
        for _ in 0..count {
            if scope.depth == 0 || self.budget < 0 {
                break;
            }
            self.budget -= 1;
            let (name, write) = self.construct(scope, statements::ALL, statements::JUMPS);
            if let Some(statement) = write(self, scope) {
                self.count(name);
                code.push(statement);
                code.push(Code::text(" "));
            }
        }
        code
    }
}
