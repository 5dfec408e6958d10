//! The programs: what each does, in how many operations, and what is read of it.

/// What is measured. Every runtime that can runs the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    /// So many tasks yield in turn.
    Yield { tasks: usize },
    /// A task is spawned and joined, then the next.
    SpawnJoin,
    /// All tasks are spawned, then all are joined. `is_reused`: for the second time.
    SpawnMillion { is_reused: bool },
    /// Each task sleeps once, for a random time of up to a second.
    Sleepers,
    /// A sleep is set and dropped, around one suspension.
    SleepDropped,
    /// Two tasks wake each other in turn, through wakers that are kept.
    Wake,
    /// The same with what the runtime offers for it.
    Park,
    /// A task suspends so many calls deep.
    Chain { depth: usize },
    /// The same, of `async fn`s on every runtime.
    AsyncChain { depth: usize },
    /// Tasks that wait for ever, with so many bytes of state.
    Parked { state: usize },
    /// Tasks wait for each other.
    Waiting(Waiting),
}

/// At what tasks wait for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// Two tasks send a value to and fro, over two channels with room for one.
    PingPong,
    /// Four tasks send to one, over a channel with room for a hundred.
    FanIn,
    /// One task receives from the first of three such channels in which something is.
    Select,
    /// One task locks and unlocks.
    Lock,
    /// Four tasks lock, yield and unlock.
    ContendedLock,
    /// One task sends itself a value through a channel for one.
    Oneshot,
    /// One task asks another, which answers through a channel for one value.
    Request,
    /// One task tells four others.
    Broadcast,
}

/// What is read of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    CpuNs,
    PeakBytes,
}

impl Program {
    /// Whether tasks wait for each other, which has a table of its own.
    pub(crate) fn is_waiting(self) -> bool {
        matches!(self, Self::Waiting(_))
    }
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) program: Program,
    pub(crate) unit: Unit,
    pub(crate) count: usize,
    /// With `--quick`.
    pub(crate) quick_count: usize,
    /// Two counts, whose difference counts instructions; none where time decides what is done.
    pub(crate) instructions: Option<(usize, usize)>,
}

const M: usize = 1_000_000;
const K: usize = 1_000;

const fn timed(name: &'static str, program: Program, count: usize, quick_count: usize) -> Row {
    let instructions = Some((20 * K, 120 * K));
    Row { name, program, unit: Unit::CpuNs, count, quick_count, instructions }
}

const fn read(name: &'static str, program: Program, unit: Unit, count: usize, quick: usize) -> Row {
    Row { name, program, unit, count, quick_count: quick, instructions: None }
}

const fn yields_of_100k() -> Row {
    let row = timed("yield_now, 100,000 tasks", Program::Yield { tasks: 100 * K }, 10 * M, 2 * M);
    Row { instructions: Some((200 * K, 700 * K)), ..row }
}

const fn waiting(name: &'static str, waiting: Waiting) -> Row {
    timed(name, Program::Waiting(waiting), 600 * K, 60 * K)
}

/// All lines, in order.
pub(crate) const ROWS: &[Row] = &[
    timed("yield_now, 10 tasks", Program::Yield { tasks: 10 }, 5 * M, 500 * K),
    timed("yield_now, 1,000 tasks", Program::Yield { tasks: K }, 5 * M, 500 * K),
    yields_of_100k(),
    timed("spawn + join, one at a time", Program::SpawnJoin, M, 100 * K),
    timed(
        "spawn a million, join all: fresh",
        Program::SpawnMillion { is_reused: false },
        M,
        100 * K,
    ),
    timed("the same again: reused", Program::SpawnMillion { is_reused: true }, M, 100 * K),
    read("sleepers over a second", Program::Sleepers, Unit::CpuNs, M, 50 * K),
    read("sleepers: peak bytes a task", Program::Sleepers, Unit::PeakBytes, M, 50 * K),
    timed("sleep set and dropped", Program::SleepDropped, M, 100 * K),
    timed("wake and be woken, round trip", Program::Wake, M, 100 * K),
    timed("park + unpark, round trip", Program::Park, M, 100 * K),
    timed("await chain, depth 1", Program::Chain { depth: 1 }, 5 * M, 500 * K),
    timed("await chain, depth 2", Program::Chain { depth: 2 }, 5 * M, 500 * K),
    timed("await chain, depth 4", Program::Chain { depth: 4 }, 5 * M, 500 * K),
    timed("await chain, depth 8", Program::Chain { depth: 8 }, 5 * M, 500 * K),
    timed("await chain, depth 16", Program::Chain { depth: 16 }, 5 * M, 500 * K),
    timed("`async fn` chain, depth 1", Program::AsyncChain { depth: 1 }, 5 * M, 500 * K),
    timed("`async fn` chain, depth 16", Program::AsyncChain { depth: 16 }, 5 * M, 500 * K),
    read("parked task, empty frame", Program::Parked { state: 0 }, Unit::PeakBytes, M, 200 * K),
    read("parked task, 128 bytes", Program::Parked { state: 128 }, Unit::PeakBytes, M, 200 * K),
    waiting("ping-pong over channels of 1, round trip", Waiting::PingPong),
    waiting("four producers, a channel of 100, a message", Waiting::FanIn),
    waiting("select of three channels, a message", Waiting::Select),
    waiting("lock + unlock, alone", Waiting::Lock),
    waiting("lock, yield, unlock: four tasks", Waiting::ContendedLock),
    waiting("oneshot: made, sent, received", Waiting::Oneshot),
    waiting("request + reply by a oneshot", Waiting::Request),
    waiting("broadcast to four, a message received", Waiting::Broadcast),
];
