//! Reports of suspended tasks, in words.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use super::deadlock::{SuspendedTask, WaitsFor, suspended_tasks, time_stands_still};
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
    pub(super) fn stall(core: &WorkerCore) -> Self {
        let heading = if time_stands_still(core) {
            "coweave: the scheduler has stood still, and so does virtual time, because auto-advance \
             is off; it goes on waiting"
        } else {
            "coweave: the scheduler has stood still; it goes on waiting"
        };
        Self { heading, tasks: suspended_tasks(core).into(), at: core.clock.now() }
    }
}

/// What makes tasks equal in a report.
type Kind<'a> =
    (Option<&'a str>, Option<(&'static str, u32, u32)>, Option<Site>, &'a WaitsFor, bool);

fn kind(task: &SuspendedTask) -> Kind<'_> {
    let spawned_at = task.spawned_at().map(|at| (at.file(), at.line(), at.column()));
    (task.name(), spawned_at, task.suspended_at(), task.waits_for(), task.is_background())
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
        groups.iter().try_for_each(|group| write_group(f, group, self.at))
    }
}

fn write_group(f: &mut fmt::Formatter<'_>, group: &[&SuspendedTask], now: Instant) -> fmt::Result {
    let Some(first) = group.first() else { return Ok(()) };
    write_ids(f, group)?;
    if let Some(name) = first.name() {
        write!(f, " ({name})")?;
    }
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
        WaitsFor::Send => write!(f, " waiting for room in a channel")?,
        WaitsFor::Receive => write!(f, " waiting for a value from a channel")?,
        WaitsFor::Group => write!(f, " waiting for a task of a TaskGroup")?,
    }
    if let Some(since) = group.iter().filter_map(|task| task.since()).min() {
        write!(f, ", for {:?}", now.duration_since(since))?;
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
