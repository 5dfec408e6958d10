//! How many threads there are, and for how long.

use std::cell::RefCell;
use std::collections::HashSet;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use coweave::{BlockingShutdown, BuildError, Scheduler, spawn_blocking};

use crate::support::{Counted, Slot, Trace, panic_text, system_scheduler};
use crate::{LONG, gate};

fn name() -> String {
    std::thread::current().name().unwrap_or_default().to_owned()
}

#[test]
fn beyond_the_limit_jobs_wait_in_order() {
    let trace = Trace::new();
    let (begun, begins) = mpsc::channel();
    let builder = Scheduler::builder().max_blocking_threads(2);
    builder.build().unwrap().run(async {
        let gates = [(); 5].map(|()| gate());
        let mut keys = Vec::new();
        let mut jobs = Vec::new();
        for (number, (key, gate)) in gates.into_iter().enumerate() {
            let begun = begun.clone();
            keys.push(key);
            jobs.push(spawn_blocking(move || {
                begun.send(number).unwrap();
                gate.pass();
            }));
        }
        let mut first = [begins.recv().unwrap(), begins.recv().unwrap()];
        first.sort_unstable();
        trace.add(format!("{first:?}"));
        for (ended, job) in jobs.into_iter().enumerate() {
            // Two run and nobody else does: the next begins when one of them ends.
            assert!(begins.try_recv().is_err());
            keys[ended].open();
            job.await.unwrap();
            if ended < 3 {
                trace.add(format!("{ended} ended, {} begins", begins.recv().unwrap()));
            }
        }
    });
    assert_eq!(trace, ["[0, 1]", "0 ended, 2 begins", "1 ended, 3 begins", "2 ended, 4 begins"]);
}

#[test]
fn an_idle_thread_is_used_again() {
    let builder = Scheduler::builder().blocking_keep_alive(Duration::MAX);
    let names = builder.build().unwrap().run(async {
        let mut names = HashSet::new();
        for _ in 0..100 {
            names.insert(spawn_blocking(name).await.unwrap());
            // It is idle once it has looked at the queue: until then another may be started.
        }
        names
    });
    assert!(names.len() < 50, "{names:?}");
}

#[test]
fn one_thread_for_each_job_that_blocks() {
    let names = system_scheduler().run(async {
        let (begun, begins) = mpsc::channel();
        let (keys, jobs): (Vec<_>, Vec<_>) = (0..20)
            .map(|_| {
                let (key, gate) = gate();
                let begun = begun.clone();
                let job = move || {
                    begun.send(()).unwrap();
                    gate.pass();
                    name()
                };
                (key, spawn_blocking(job))
            })
            .unzip();
        begins.iter().take(20).for_each(drop);
        drop(keys);
        let mut names = HashSet::new();
        for job in jobs {
            names.insert(job.await.unwrap());
        }
        names
    });
    let expected: HashSet<_> = (1..=20).map(|n| format!("coweave-blocking-{n}")).collect();
    assert_eq!(names, expected);
}

/// Says on which thread it is dropped.
struct Tells(Slot<String>);

impl Drop for Tells {
    fn drop(&mut self) {
        self.0.put(name());
    }
}

thread_local! {
    static AT_THE_END: RefCell<Option<Tells>> = const { RefCell::new(None) };
}

/// A job that has its thread tell of its end.
fn tells_of_the_end(to: &Slot<String>) -> impl FnOnce() -> String + Send + use<> {
    let tells = Tells(to.clone());
    move || {
        AT_THE_END.set(Some(tells));
        name()
    }
}

#[test]
fn threads_that_are_idle_for_too_long_end() {
    let told = Slot::new();
    let builder = Scheduler::builder().blocking_keep_alive(Duration::from_millis(1));
    builder.build().unwrap().run(async {
        for round in 1..=3 {
            let name = spawn_blocking(tells_of_the_end(&told)).await.unwrap();
            assert_eq!(name, format!("coweave-blocking-{round}"));
            let ended = loop {
                match told.try_take() {
                    Some(ended) => break ended,
                    None => std::thread::yield_now(),
                }
            };
            assert_eq!(ended, name);
        }
    });
}

#[test]
fn threads_end_with_the_scheduler_before_it_is_gone() {
    for how in [BlockingShutdown::Wait, BlockingShutdown::WaitFor(LONG)] {
        let told = Slot::new();
        let builder = Scheduler::builder().blocking_keep_alive(LONG).blocking_shutdown(how);
        let mut scheduler = builder.build().unwrap();
        scheduler.run(async { spawn_blocking(tells_of_the_end(&told)).await.unwrap() });
        assert_eq!(told.try_take(), None);
        drop(scheduler);
        assert_eq!(told.take(), "coweave-blocking-1");
    }
}

#[test]
fn a_pool_needs_a_thread() {
    let error = Scheduler::builder().max_blocking_threads(0).build().unwrap_err();
    assert_eq!(error, BuildError::NoBlockingThreads);
    assert!(error.to_string().contains("max_blocking_threads(0)"));
}

const CHILD: &str = "COWEAVE_TEST_NO_THREADS";

/// Runs one test in a process of its own, whose threads want so much for their stacks.
fn in_a_child(test: &str, stack: u64) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, "1")
        .env("RUST_MIN_STACK", stack.to_string())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success(), "{text}");
}

fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

#[test]
fn where_no_thread_can_be_started_spawning_panics_in_clear_words() {
    if !is_child() {
        let test = "threads::where_no_thread_can_be_started_spawning_panics_in_clear_words";
        // No system has room for such a stack.
        return in_a_child(test, 1 << 60);
    }
    let trace = Trace::new();
    let dropped = Counted::new(&trace, "closure");
    let mut scheduler = system_scheduler();
    scheduler.run(async {
        let text = panic_text(|| drop(spawn_blocking(move || dropped.touch())));
        trace.add(text.split(':').next().unwrap());
        trace.add("the run goes on");
    });
    let handle = scheduler.handle();
    trace.add(panic_text(|| drop(handle.spawn_blocking(|| ()))).contains("no thread"));
    drop(handle);
    trace.add(scheduler.run_until_idle());
    let expected = [
        "no thread could be started for a blocking job, and there is none",
        "the run goes on",
        "true",
        "closure dropped",
        "0",
    ];
    assert_eq!(trace, expected);
}

/// Leaves the process less memory than a thread wants for its stack. (Sanitizers want more themselves.)
#[cfg(all(target_os = "linux", not(any(sanitize = "address", sanitize = "thread"))))]
fn leave_no_room_for(stack: u64) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let size = status.lines().find_map(|line| line.strip_prefix("VmSize:")).unwrap();
    let kilobytes: u64 = size.trim().trim_end_matches(" kB").parse().unwrap();
    let most = kilobytes * 1024 + stack / 2;
    let limit = Rlimit { current: Some(most), ..getrlimit(Resource::As) };
    setrlimit(Resource::As, limit).unwrap();
}

#[cfg(all(target_os = "linux", not(any(sanitize = "address", sanitize = "thread"))))]
#[test]
fn where_no_further_thread_can_be_started_jobs_wait_for_those_that_there_are() {
    const STACK: u64 = 256 << 20;
    if !is_child() {
        let test =
            "threads::where_no_further_thread_can_be_started_jobs_wait_for_those_that_there_are";
        return in_a_child(test, STACK);
    }
    let trace = Trace::new();
    system_scheduler().run(async {
        let (key, gate) = gate();
        let (begun, begins) = mpsc::channel();
        let first = spawn_blocking(move || {
            begun.send(()).unwrap();
            gate.pass();
            name()
        });
        begins.recv().unwrap();
        leave_no_room_for(STACK);
        let waiting = [(); 3].map(|()| spawn_blocking(name));
        key.open();
        trace.add(first.await.unwrap());
        for job in waiting {
            trace.add(job.await.unwrap());
        }
    });
    assert_eq!(trace, ["coweave-blocking-1"; 4]);
}
