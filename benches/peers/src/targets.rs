//! What coweave set out to reach, and whether this run shows it.

use std::fmt::Write;

use crate::compare::Measured;
use crate::figures::Figures;
use crate::program::{Generator, OnTwo, Program, Unit, Waiting};
use crate::report::digits;
use crate::runtimes::{BARE, COWEAVE, COWEAVE_LOCAL, RUNTIMES, TOKIO, header_bytes};

/// One promise: `figure` is `None` where this run has not measured it.
struct Target {
    what: &'static str,
    limit: f64,
    is_least: bool,
    figure: Option<f64>,
}

const fn at_most(limit: f64, what: &'static str, figure: Option<f64>) -> Target {
    Target { what, limit, is_least: false, figure }
}

const fn at_least(limit: f64, what: &'static str, figure: Option<f64>) -> Target {
    Target { what, limit, is_least: true, figure }
}

/// The targets, as a table.
pub(crate) fn table(measured: &[Measured]) -> String {
    let mut text = "\n| target | limit | this run | |\n| --- | --- | --- | --- |\n".to_owned();
    for Target { what, limit, is_least, figure } in targets(measured) {
        let sign = if is_least { "≥" } else { "≤" };
        let (figure, verdict) = match figure {
            None => ("–".to_owned(), "not measured"),
            Some(figure) => {
                // As it is shown: nobody could see why 72.03, which reads 72.0, is above 72.
                let shown = digits(figure);
                let figure = shown.parse().unwrap_or(figure);
                let is_met = if is_least { figure >= limit } else { figure <= limit };
                (shown, if is_met { "met" } else { "missed" })
            }
        };
        let _ = writeln!(text, "| {what} | {sign} {limit} | {figure} | {verdict} |");
    }
    text
}

fn find(measured: &[Measured], program: Program, unit: Unit) -> Option<&Figures> {
    let row = measured.iter().find(|(row, _)| row.program == program && row.unit == unit);
    row.map(|(_, figures)| figures)
}

fn targets_of_two_workers(measured: &[Measured]) -> Vec<Target> {
    let wall = |on_two| find(measured, Program::OnTwo(on_two), Unit::WallNs);
    let tokio = |figures: Option<&Figures>| figures?.ratio(TOKIO, COWEAVE);
    let median = |figures: Option<&Figures>| figures?.median(COWEAVE);
    let yields = find(measured, Program::OnTwo(OnTwo::Yield { tasks: 1_000 }), Unit::CpuNs);
    let on_one = find(measured, Program::Yield { tasks: 1_000 }, Unit::CpuNs);
    let yields_to_one = median(yields).zip(median(on_one)).map(|(two, one)| two / one);
    let of_plain_threads = wall(OnTwo::ForkJoin).and_then(|row| row.ratio(BARE, COWEAVE));
    let apart = wall(OnTwo::PingPongApart);
    vec![
        at_least(10.0, "two workers, yield_now: tokio × coweave", tokio(yields)),
        at_most(1.5, "two workers, yield_now: × one worker", yields_to_one),
        at_least(5.0, "two workers, skynet: tokio × coweave", tokio(wall(OnTwo::Skynet))),
        at_least(0.95, "two workers, fork and join: of two plain threads", of_plain_threads),
        at_most(300.0, "two workers, ping-pong, kept apart: ns", median(apart)),
        at_most(1.0, "two workers, ping-pong, kept apart: × the best other", to_best_other(apart)),
    ]
}

fn targets_of_time(measured: &[Measured]) -> Vec<Target> {
    let sleepers = |unit| find(measured, Program::Sleepers, unit);
    let to_tokio = sleepers(Unit::CpuNs).and_then(|row| row.ratio(COWEAVE, TOKIO));
    let bytes = sleepers(Unit::PeakBytes).and_then(|row| row.median(COWEAVE));
    let to_monoio = |program| {
        let monoio = RUNTIMES.iter().position(|runtime| runtime.name == "monoio")?;
        find(measured, program, Unit::CpuNs)?.ratio(COWEAVE, monoio)
    };
    vec![
        at_most(0.25, "sleepers: × tokio", to_tokio),
        at_most(128.0, "sleepers: peak bytes a task", bytes),
        at_most(0.4, "sleep set and dropped: × monoio", to_monoio(Program::SleepDropped)),
        at_most(0.4, "timeout around a yield: × monoio", to_monoio(Program::Timeout)),
    ]
}

/// coweave's ratio to whichever other is fastest.
fn to_best_other(figures: Option<&Figures>) -> Option<f64> {
    let figures = figures?;
    let others = (0..RUNTIMES.len()).filter(|other| *other != COWEAVE);
    let ratios = others.filter_map(|other| figures.ratio(COWEAVE, other));
    ratios.max_by(f64::total_cmp)
}

fn targets(measured: &[Measured]) -> Vec<Target> {
    let find = |program, unit| find(measured, program, unit);
    let ns = |program| find(program, Unit::CpuNs);
    let to_bare = |figures: Option<&Figures>| figures?.ratio(COWEAVE, BARE);
    let instructions = |figures: Option<&Figures>| figures?.instruction_ratio(COWEAVE, BARE);
    let tokio = |figures: Option<&Figures>| figures?.ratio(TOKIO, COWEAVE);
    let few = ns(Program::Yield { tasks: 10 });
    let some = ns(Program::Yield { tasks: 1_000 });
    let many = ns(Program::Yield { tasks: 100_000 });
    let million = ns(Program::SpawnMillion { is_reused: false });
    let chain = |depth| ns(Program::Chain { depth })?.median(COWEAVE);
    let level = chain(16).zip(chain(1)).map(|(deep, flat)| (deep - flat) / 15.0);
    let bytes = |state| find(Program::Parked { state }, Unit::PeakBytes)?.median(COWEAVE);
    let waiting = |waiting, runtime| ns(Program::Waiting(waiting))?.median(runtime);
    let generator = |generator| to_bare(ns(Program::Generator(generator)));
    let skynet = find(Program::Skynet, Unit::WallNs).and_then(|row| row.median(COWEAVE));
    let mut targets = vec![
        at_most(1.25, "yield_now, 10 tasks: × bare", to_bare(few)),
        at_most(1.15, "yield_now, 10 tasks: × its instructions", instructions(few)),
        at_most(1.25, "yield_now, 1,000 tasks: × bare", to_bare(some)),
        at_most(1.15, "yield_now, 1,000 tasks: × its instructions", instructions(some)),
        at_least(12.0, "yield_now, 10 tasks: tokio × coweave", tokio(few)),
        at_least(12.0, "yield_now, 1,000 tasks: tokio × coweave", tokio(some)),
        at_most(1.4, "yield_now, 100,000 tasks: × bare", to_bare(many)),
        at_most(1.3, "spawn + join, one at a time: × bare", to_bare(ns(Program::SpawnJoin))),
        at_most(0.75, "spawn a million, join all: × bare boxes", to_bare(million)),
        at_most(1.5, "await chain: ns a level, of depth 2 to 16", level),
        at_most(100.0, "skynet: ns a task", skynet),
        at_most(64.0, "header: bytes", Some(header_bytes() as f64)),
        at_most(72.0, "parked task, empty frame: bytes", bytes(0)),
        at_most(200.0, "parked task, 128 bytes: bytes", bytes(128)),
        at_most(1.05, "generator, a range: × by hand", generator(Generator::Range)),
        at_most(1.05, "generator, fibonacci: × by hand", generator(Generator::Fibonacci)),
        at_most(13.0, "ping-pong, local: ns", waiting(Waiting::PingPong, COWEAVE_LOCAL)),
        at_most(20.0, "ping-pong, shared: ns", waiting(Waiting::PingPong, COWEAVE)),
        at_most(8.0, "four producers, local: ns", waiting(Waiting::FanIn, COWEAVE_LOCAL)),
        at_most(12.0, "four producers, shared: ns", waiting(Waiting::FanIn, COWEAVE)),
    ];
    targets.extend(targets_of_time(measured));
    targets.extend(targets_of_two_workers(measured));
    targets
}
