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
    /// A yield that has an hour, which it does not need.
    Timeout,
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
    /// A tree of tasks: each spawns ten, and adds up what they give, down to the leaves.
    Skynet,
    /// A loop over what a generator gives.
    Generator(Generator),
    /// Tasks wait for each other.
    Waiting(Waiting),
    /// Two threads run tasks.
    OnTwo(OnTwo),
}

/// What a generator gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generator {
    /// The numbers from zero on, and an end.
    Range,
    /// Fibonacci's numbers, without end.
    Fibonacci,
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

/// What two workers do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnTwo {
    /// So many tasks yield in turn.
    Yield { tasks: usize },
    /// The tree of tasks.
    Skynet,
    /// Tasks that only compute, and are joined.
    ForkJoin,
    /// Two tasks send a value to and fro, wherever the runtime puts them.
    PingPong,
    /// The same, kept on different threads.
    PingPongApart,
    /// Two tasks, kept on different threads, lock and unlock one mutex.
    LockApart,
}

/// What is read of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    CpuNs,
    /// Where what counts is how long it takes all workers.
    WallNs,
    PeakBytes,
}

/// Which table a program stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Alone,
    Generators,
    Waiting,
    OnTwo,
}

impl Program {
    pub(crate) fn table(self) -> Table {
        match self {
            Self::Generator(_) => Table::Generators,
            Self::Waiting(_) => Table::Waiting,
            Self::OnTwo(_) => Table::OnTwo,
            Self::Yield { .. }
            | Self::SpawnJoin
            | Self::SpawnMillion { .. }
            | Self::Sleepers
            | Self::SleepDropped
            | Self::Timeout
            | Self::Wake
            | Self::Park
            | Self::Chain { .. }
            | Self::AsyncChain { .. }
            | Self::Parked { .. }
            | Self::Skynet => Table::Alone,
        }
    }

    pub(crate) fn workers(self) -> usize {
        if self.table() == Table::OnTwo { 2 } else { 1 }
    }

    /// Whether its operations are tasks of which there are very many, and not the same again and again:
    /// with fewer it were another program.
    pub(crate) fn needs_all(self) -> bool {
        matches!(
            self,
            Self::SpawnMillion { .. }
                | Self::Sleepers
                | Self::Parked { .. }
                | Self::Skynet
                | Self::OnTwo(OnTwo::Skynet)
        )
    }

    /// Fewer operations would show how tasks begin and end instead.
    pub(crate) fn least(self) -> usize {
        if let Self::Yield { tasks } | Self::OnTwo(OnTwo::Yield { tasks }) = self {
            5 * tasks
        } else {
            1
        }
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

const fn yields(name: &'static str, tasks: usize, count: usize, quick_count: usize) -> Row {
    read(name, Program::Yield { tasks }, Unit::CpuNs, count, quick_count)
}

const fn yields_of_100k() -> Row {
    let row = yields("yield_now, 100,000 tasks", 100 * K, 5 * M, M);
    Row { instructions: Some((200 * K, 700 * K)), ..row }
}

const fn generator(name: &'static str, generator: Generator) -> Row {
    timed(name, Program::Generator(generator), 20 * M, 2 * M)
}

const fn waiting(name: &'static str, waiting: Waiting) -> Row {
    timed(name, Program::Waiting(waiting), 600 * K, 60 * K)
}

const fn on_two(name: &'static str, on_two: OnTwo, count: usize, quick_count: usize) -> Row {
    read(name, Program::OnTwo(on_two), Unit::WallNs, count, quick_count)
}

const fn yields_on_two() -> Row {
    let row =
        on_two("two workers: yield_now, 1,000 tasks", OnTwo::Yield { tasks: K }, 2 * M, 200 * K);
    Row { unit: Unit::CpuNs, ..row }
}

/// The tasks of a tree of ten of ten and so on, with a million leaves, and with a tenth of them.
const TREE: usize = 1_111_111;
const SMALL_TREE: usize = 111_111;

/// All lines, in order.
pub(crate) const ROWS: &[Row] = &[
    timed("yield_now, 10 tasks", Program::Yield { tasks: 10 }, 5 * M, 500 * K),
    yields("yield_now, 100 tasks", 100, 2 * M, 200 * K),
    timed("yield_now, 1,000 tasks", Program::Yield { tasks: K }, 5 * M, 500 * K),
    yields("yield_now, 10,000 tasks", 10 * K, 2 * M, 200 * K),
    yields_of_100k(),
    timed("spawn + join, one at a time", Program::SpawnJoin, 300 * K, 50 * K),
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
    timed("timeout around a yield", Program::Timeout, M, 100 * K),
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
    read("skynet, a task", Program::Skynet, Unit::WallNs, TREE, SMALL_TREE),
    generator("generator: a range, an item", Generator::Range),
    generator("generator: fibonacci, an item", Generator::Fibonacci),
    waiting("ping-pong over channels of 1, round trip", Waiting::PingPong),
    waiting("four producers, a channel of 100, a message", Waiting::FanIn),
    waiting("select of three channels, a message", Waiting::Select),
    waiting("lock + unlock, alone", Waiting::Lock),
    waiting("lock, yield, unlock: four tasks", Waiting::ContendedLock),
    waiting("oneshot: made, sent, received", Waiting::Oneshot),
    waiting("request + reply by a oneshot", Waiting::Request),
    waiting("broadcast to four, a message received", Waiting::Broadcast),
    yields_on_two(),
    on_two("two workers: skynet, a task", OnTwo::Skynet, TREE, SMALL_TREE),
    on_two("two workers: fork and join, a step", OnTwo::ForkJoin, 200 * M, 20 * M),
    on_two("two workers: ping-pong, round trip", OnTwo::PingPong, 200 * K, 20 * K),
    on_two("two workers: ping-pong, kept apart", OnTwo::PingPongApart, 100 * K, 10 * K),
    on_two("two workers: lock + unlock, kept apart", OnTwo::LockApart, M, 100 * K),
];
