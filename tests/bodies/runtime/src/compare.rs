//! Compares every form of a body with its plain function, at every suspension.

use std::cell::RefCell;
use std::fmt::Debug;

use coweave::{Frame, Generator, StreamFrame, Streaming};

use crate::drive::{self, Outcome, Run, Task};
use crate::trace;

/// A run that has suspended so often is dropped there.
const MOST_SUSPENSIONS: usize = 40;

/// What the first two arguments of a body are made from.
const INPUTS: [(i32, i32); 3] = [(0, 2), (3, 1), (6, 4)];

/// How many bytes more than that of an `async` block a task's frame may have.
const FRAME_SLACK: usize = 0;

const SHOWN_DIFFERENCES: usize = 3;

/// What bodies borrow.
#[derive(Debug)]
pub struct Env<R> {
    /// A text.
    pub text: String,
    /// Two numbers.
    pub numbers: (i32, i32),
    /// Where a stream leaves its result.
    pub out: RefCell<Option<R>>,
}

type StreamOf<'e> = Streaming<dyn StreamFrame<Item = i32> + 'e>;
type GeneratorOf<'e, U, R> = Generator<dyn Frame<Yield = i32, Resume = U, Return = R> + 'e>;

/// One body in all its forms.
#[derive(Debug)]
pub struct Body<R: 'static> {
    /// Its number in the run.
    pub number: u32,
    /// A plain function that does nothing, with the same arguments.
    pub plain_unstarted: fn(&Env<R>, i32, i32),
    /// The plain function beside the task.
    pub plain_task: fn(&Env<R>, i32, i32) -> R,
    /// The plain function beside the generators.
    pub plain_yield: fn(&Env<R>, i32, i32) -> R,
    /// The plain function beside the stream.
    pub plain_stream: fn(&Env<R>, i32, i32),
    /// The task.
    pub task: for<'e> fn(&'e Env<R>, i32, i32) -> Task<'e, R>,
    /// The generator.
    pub generator: for<'e> fn(&'e Env<R>, i32, i32) -> GeneratorOf<'e, (), R>,
    /// The generator that values go into.
    pub two_way: for<'e> fn(&'e Env<R>, i32, i32) -> GeneratorOf<'e, i32, R>,
    /// The stream.
    pub stream: for<'e> fn(&'e Env<R>, i32, i32) -> StreamOf<'e>,
    /// The bytes of the task's frame, and of the frame of the same body as an `async` block.
    pub frames: fn(&Env<R>, i32, i32) -> (usize, usize),
}

/// Counts over all bodies of a program.
#[derive(Debug, Default)]
struct Totals {
    runs: usize,
    returned: usize,
    failed: usize,
    stopped: usize,
    events: usize,
    sites: usize,
    differences: usize,
}

impl Totals {
    fn count<R>(&mut self, run: &Run<R>) {
        self.runs += 1;
        self.events += run.trace.len();
        match run.outcome {
            Outcome::Returned(_) => self.returned += 1,
            Outcome::Failed(_) => self.failed += 1,
            Outcome::Stopped => self.stopped += 1,
        }
    }

    fn differs(&mut self, what: impl FnOnce() -> String) {
        self.differences += 1;
        if self.differences <= SHOWN_DIFFERENCES {
            println!("DIFFERENT {}", what());
        }
    }

    /// Compares every run of `lowered` with that of `plain`, dropped at 0, 1, 2… suspensions.
    ///
    /// At 0 `unstarted` takes the place of `plain`: unwinding drops an array that is taken apart
    /// later from its end, which is a matter of the compiler's.
    fn compare<R: PartialEq + Debug>(
        &mut self,
        what: &str,
        unstarted: impl Fn(),
        plain: impl Fn() -> R,
        lowered: impl Fn(usize) -> Run<R>,
    ) {
        for limit in 0..=MOST_SUSPENSIONS {
            let expected = drive::plain(limit, || {
                if limit == 0 {
                    unstarted();
                }
                plain()
            });
            let found = lowered(limit);
            self.count(&found);
            if expected != found {
                self.differs(|| {
                    format!(
                        "{what}, dropped at {limit}\n  plain   {expected:?}\n  lowered {found:?}"
                    )
                });
            }
            if expected.outcome != Outcome::Stopped {
                return;
            }
        }
    }

    fn body<R: PartialEq + Debug>(&mut self, body: &Body<R>) {
        let env = &Env { text: "text".to_owned(), numbers: (1, 2), out: RefCell::new(None) };
        for (a, b) in INPUTS {
            let name = |kind: &str| format!("body {}, {kind}, input {a} {b}", body.number);
            let unstarted = || (body.plain_unstarted)(env, a, b);
            let plain_yield = || (body.plain_yield)(env, a, b);
            let plain_stream = || {
                (body.plain_stream)(env, a, b);
                env.out.take()
            };
            self.compare(
                &name("task"),
                unstarted,
                || (body.plain_task)(env, a, b),
                |limit| drive::task(limit, || (body.task)(env, a, b)),
            );
            self.compare(&name("generator"), unstarted, plain_yield, |limit| {
                drive::generator(limit, |_| (), || (body.generator)(env, a, b))
            });
            self.compare(&name("two-way"), unstarted, plain_yield, |limit| {
                drive::generator(limit, |answer| answer, || (body.two_way)(env, a, b))
            });
            self.compare(&name("stream"), unstarted, plain_stream, |limit| {
                drive::stream(limit, || env.out.take(), || (body.stream)(env, a, b))
            });
        }
        let (frame, block) = (body.frames)(env, 0, 0);
        if frame > block + FRAME_SLACK {
            self.differs(|| {
                format!(
                    "body {}: the task's frame has {frame} bytes, the block {block}",
                    body.number
                )
            });
        }
    }
}

/// Compares all, and prints the counts as the last line.
pub fn compare(options: &[Body<Option<i32>>], results: &[Body<Result<i32, i32>>]) {
    let mut totals = Totals::default();
    options.iter().for_each(|body| totals.body(body));
    results.iter().for_each(|body| totals.body(body));
    totals.sites = trace::take_reached_count();
    let Totals { runs, returned, failed, stopped, events, sites, differences } = totals;
    println!("totals {runs} {returned} {failed} {stopped} {events} {sites} {differences}");
}
