//! Reports of suspended tasks, in words.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io::Write;
use std::panic::Location;

use super::deadlock::{WaitsFor, stand_at};
use super::suspended_task::{SuspendedTask, suspended_tasks};
use crate::coroutine::Site;
use crate::task::{TaskId, WorkerCore};
use crate::time::Instant;

/// A report: a heading, then the tasks, equal ones together.
#[derive(Debug)]
pub(super) struct Report<'a> {
    heading: &'static str,
    tasks: Cow<'a, [SuspendedTask]>,
    at: Instant,
}

/// How many ids of a group of equal tasks are shown.
const IDS_SHOWN: usize = 3;

impl<'a> Report<'a> {
    pub(super) fn deadlock(
        tasks: &'a [SuspendedTask],
        at: Instant,
        time_stands_still: bool,
    ) -> Self {
        let heading = if time_stands_still {
            "deadlock: tasks sleep, but virtual time stands still, because auto-advance is off"
        } else {
            "deadlock: nothing is left that could wake a task"
        };
        Self { heading, tasks: tasks.into(), at }
    }
}

impl Report<'static> {
    /// Of all workers, the first of which is this thread's.
    pub(super) fn stall(cores: &[&WorkerCore]) -> Self {
        let (stand_still, at) = stand_at(cores);
        let heading = if stand_still {
            "coweave: the scheduler has stood still, and so does virtual time, because auto-advance \
             is off; it goes on waiting"
        } else {
            "coweave: the scheduler has stood still; it goes on waiting"
        };
        Self { heading, tasks: suspended_tasks(cores).into(), at }
    }

    /// Writes what `stall` says. A report that cannot be written is no reason to end the scheduler.
    pub(super) fn write(report: &str) {
        writeln!(std::io::stderr(), "{report}").unwrap_or(());
    }
}

/// What makes tasks equal in a report.
#[derive(PartialEq, Eq, Hash)]
struct Kind<'a> {
    name: Option<&'a str>,
    spawned_at: Option<Line>,
    suspended_at: Option<Site>,
    waits_for: &'a WaitsFor,
    waits_at: Option<Line>,
    locked_by: Option<TaskId>,
    is_background: bool,
}

type Line = (&'static str, u32, u32);

fn kind(task: &SuspendedTask) -> Kind<'_> {
    let line = |at: &'static Location<'static>| (at.file(), at.line(), at.column());
    Kind {
        name: task.name(),
        spawned_at: task.spawned_at().map(line),
        suspended_at: task.suspended_at(),
        waits_for: task.waits_for(),
        waits_at: task.waits_at().map(line),
        locked_by: task.locked_by(),
        is_background: task.is_background(),
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.tasks.len();
        write!(
            f,
            "{}\n{count} suspended task{}:",
            self.heading,
            if count == 1 { "" } else { "s" }
        )?;
        let mut groups: Vec<Vec<&SuspendedTask>> = Vec::new();
        let mut known: HashMap<Kind<'_>, usize> = HashMap::new();
        for task in &*self.tasks {
            let group = *known.entry(kind(task)).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            groups[group].push(task);
        }
        groups.iter().try_for_each(|group| self.write_group(f, group))?;
        cycles(&self.tasks).iter().try_for_each(|cycle| self.write_cycle(f, cycle))
    }
}

impl Report<'_> {
    fn write_group(&self, f: &mut fmt::Formatter<'_>, group: &[&SuspendedTask]) -> fmt::Result {
        let Some(first) = group.first() else { return Ok(()) };
        write_ids(f, group)?;
        if let Some(name) = first.name() {
            write!(f, " ({name})")?;
        }
        write_reason(f, first)?;
        if let Some(holder) = first.locked_by() {
            self.write_holder(f, holder)?;
        }
        if let Some(since) = group.iter().filter_map(|task| task.since()).min() {
            write!(f, ", for {:?}", self.at.duration_since(since))?;
        }
        match first.suspended_at() {
            Some(site) => write!(f, "\n      at {site}")?,
            None => write!(f, "\n      at an unknown place")?,
        }
        if let Some(spawned_at) = first.spawned_at() {
            write!(f, "\n      spawned at {spawned_at}")?;
        }
        Ok(())
    }

    fn task(&self, id: TaskId) -> Option<&SuspendedTask> {
        let place = self.tasks.binary_search_by_key(&id, SuspendedTask::id).ok()?;
        Some(&self.tasks[place])
    }

    /// A task's id, and its name if it has one.
    fn write_task(&self, f: &mut fmt::Formatter<'_>, id: TaskId) -> fmt::Result {
        write!(f, "task {id}")?;
        match self.task(id).and_then(SuspendedTask::name) {
            Some(name) => write!(f, " ({name})"),
            None => Ok(()),
        }
    }

    /// Who has locked what a task waits for, and where that one is.
    fn write_holder(&self, f: &mut fmt::Formatter<'_>, holder: TaskId) -> fmt::Result {
        write!(f, ", held by ")?;
        self.write_task(f, holder)?;
        let Some(holder) = self.task(holder) else {
            return f.write_str(", which has ended");
        };
        match holder.suspended_at() {
            Some(site) => write!(f, " suspended at {site}"),
            None => Ok(()),
        }
    }

    fn write_cycle(&self, f: &mut fmt::Formatter<'_>, cycle: &[TaskId]) -> fmt::Result {
        let Some((first, others)) = cycle.split_first() else { return Ok(()) };
        f.write_str("\n  a cycle: ")?;
        self.write_task(f, *first)?;
        for task in others {
            f.write_str(" waits for ")?;
            self.write_task(f, *task)?;
            f.write_str(", which")?;
        }
        f.write_str(" waits for ")?;
        self.write_task(f, *first)
    }
}

/// The tasks that wait for each other in a circle, each circle once.
fn cycles(tasks: &[SuspendedTask]) -> Vec<Vec<TaskId>> {
    let needs: HashMap<TaskId, TaskId> =
        tasks.iter().filter_map(|task| Some((task.id(), task.needs()?))).collect();
    let mut seen = HashSet::new();
    let mut cycles = Vec::new();
    for start in tasks.iter().map(SuspendedTask::id) {
        let mut path = Vec::new();
        let mut next = Some(start);
        while let Some(task) = next
            && seen.insert(task)
        {
            path.push(task);
            next = needs.get(&task).copied();
        }
        let closes = next.and_then(|task| path.iter().position(|on_path| *on_path == task));
        cycles.extend(closes.map(|first| path.split_off(first)));
    }
    cycles
}

/// What a task waits for, and where that was made.
fn write_reason(f: &mut fmt::Formatter<'_>, first: &SuspendedTask) -> fmt::Result {
    if first.is_background() {
        f.write_str(" in the background,")?;
    }
    match first.waits_for() {
        WaitsFor::Turn => write!(f, " ready")?,
        WaitsFor::Deadline => write!(f, " sleeping")?,
        WaitsFor::Unpark => write!(f, " parked, waiting for an Unparker")?,
        WaitsFor::Join(task) => write!(f, " waiting for task {task} to end")?,
        WaitsFor::JoinElsewhere => write!(f, " waiting for a task of another scheduler to end")?,
        WaitsFor::Idle => write!(f, " waiting until nothing else is ready")?,
        WaitsFor::Timeout => write!(f, " waiting for a waker or a timeout")?,
        WaitsFor::Waker => write!(f, " waiting for a waker")?,
        WaitsFor::BlockingJob => write!(f, " waiting for its blocking job")?,
        WaitsFor::Mutex => write!(f, " waiting for a Mutex")?,
        WaitsFor::ReadLock => write!(f, " waiting for an RwLock, to read")?,
        WaitsFor::WriteLock => write!(f, " waiting for an RwLock, to write")?,
        WaitsFor::Semaphore => write!(f, " waiting for a Semaphore")?,
        WaitsFor::Event => write!(f, " waiting for an Event")?,
        WaitsFor::Promise => write!(f, " waiting for a Promise")?,
        WaitsFor::Barrier => write!(f, " waiting for a Barrier")?,
        WaitsFor::Condvar => write!(f, " waiting for a Condvar")?,
        WaitsFor::OnceCell => write!(f, " waiting for a OnceCell")?,
        WaitsFor::WaitGroup => write!(f, " waiting for a WaitGroup")?,
        WaitsFor::Notify => write!(f, " waiting for a Notify")?,
        WaitsFor::ChannelRoom => write!(f, " waiting for room in a channel")?,
        WaitsFor::ChannelValue => write!(f, " waiting for a value from a channel")?,
        WaitsFor::Group => write!(f, " waiting for a task of a TaskGroup")?,
    }
    match first.waits_at() {
        Some(made_at) => write!(f, " made at {made_at}"),
        None => Ok(()),
    }
}

fn write_ids(f: &mut fmt::Formatter<'_>, group: &[&SuspendedTask]) -> fmt::Result {
    let ids: Vec<TaskId> = group.iter().map(|task| task.id()).collect();
    match ids.as_slice() {
        [id] => write!(f, "\n  task {id}"),
        ids => {
            write!(f, "\n  {} tasks (", ids.len())?;
            for (index, id) in ids.iter().take(IDS_SHOWN).enumerate() {
                write!(f, "{}{id}", if index == 0 { "" } else { ", " })?;
            }
            f.write_str(if ids.len() > IDS_SHOWN { ", …)" } else { ")" })
        }
    }
}
