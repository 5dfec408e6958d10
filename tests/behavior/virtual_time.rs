//! Virtual time by hand: when it advances, and that everything happens at its own instant.

use std::time::Duration;

use coweave::{
    BuildError, Instant, JoinHandle, Scheduler, SchedulerHandle, Unparker, idle, interval, park,
    sleep, spawn, spawn_after, task, time, timeout, yield_now,
};
use futures::future::join_all;

use crate::support::{
    Slot, Trace, on_thread, outcome, panic_text, start_thread, system_scheduler, until_finished,
    virtual_scheduler,
};

const MS: Duration = Duration::from_millis(1);

fn standing_still() -> Scheduler {
    Scheduler::builder().virtual_time().auto_advance(false).build().expect("the set-up is valid")
}

#[coweave::coroutine]
fn counts(trace: Trace, name: &'static str, period: Duration) {
    for n in 1.. {
        sleep(period).await;
        trace.add(format!("{name} {n} at {:?}", Instant::now()));
        yield_now().await;
        trace.add(format!("{name} yielded"));
    }
}

#[test]
fn an_advance_fires_each_timer_at_its_own_instant() {
    let trace = Trace::new();
    let mut scheduler = standing_still();
    drop(scheduler.spawn(counts(trace.clone(), "a", MS * 20)));
    drop(scheduler.spawn(counts(trace.clone(), "b", MS * 30)));
    scheduler.run(async {
        trace.add("nothing happens");
        idle().await;
        time::advance(MS * 45).await;
        trace.add(format!("advanced to {:?}", Instant::now()));
        time::advance(MS * 15).await;
        trace.add(format!("advanced to {:?}", Instant::now()));
    });
    assert_eq!(
        trace,
        [
            "nothing happens",
            "a 1 at Instant(20ms)",
            "a yielded",
            "b 1 at Instant(30ms)",
            "b yielded",
            "a 2 at Instant(40ms)",
            "a yielded",
            "advanced to Instant(45ms)",
            "b 2 at Instant(60ms)",
            "a 3 at Instant(60ms)",
            "b yielded",
            "a yielded",
            "advanced to Instant(60ms)"
        ]
    );
}

#[coweave::coroutine]
fn advances(by: Duration) {
    time::advance(by).await;
}

#[coweave::test]
async fn an_advance_works_where_time_passes_by_itself() {
    let trace = Trace::new();
    let start = Instant::now();
    let task = spawn(sleep(MS * 10));
    advances(MS * 10).await;
    trace.add(format!("{} {:?}", task.is_finished(), start.elapsed()));
    time::advance(Duration::ZERO).await;
    trace.add(format!("{:?}", start.elapsed()));
    assert_eq!(trace, ["true 10ms", "10ms"]);
}

#[test]
fn advances_of_several_tasks_go_as_far_as_the_longest() {
    let trace = Trace::new();
    let mut scheduler = standing_still();
    scheduler.run(async {
        let long = spawn(advances(MS * 30));
        advances(MS * 10).await;
        trace.add(format!("{:?}", Instant::now()));
        long.await.unwrap();
        trace.add(format!("{:?}", Instant::now()));
        trace.add(join_all([MS, MS * 5, MS * 3].map(time::advance)).await.len());
        trace.add(format!("{:?}", Instant::now()));
    });
    assert_eq!(trace, ["Instant(10ms)", "Instant(30ms)", "3", "Instant(35ms)"]);
}

#[test]
fn a_dropped_advance_stops_the_clock_where_it_is() {
    let trace = Trace::new();
    let mut scheduler = standing_still();
    let elsewhere = scheduler.run(async {
        let sleeper = spawn(sleep(MS * 50));
        let long = spawn(advances(MS * 40));
        let short = spawn(sleep(MS * 10));
        short.await.unwrap();
        trace.add(format!("{:?}", Instant::now()));
        long.cancel();
        trace.add(outcome(&long.await));
        let mut elsewhere = Box::pin(time::advance(MS * 100));
        trace.add(futures::poll!(&mut elsewhere).is_pending());
        drop(sleeper);
        elsewhere
    });
    on_thread("drops", move || drop(elsewhere));
    trace.add(scheduler.run_until_idle());
    trace.add(format!("{:?}", scheduler.now()));
    assert_eq!(trace, ["Instant(10ms)", "cancelled", "true", "1", "Instant(10ms)"]);
}

#[test]
fn an_advance_moved_to_another_scheduler_moves_that_ones_clock() {
    let trace = Trace::new();
    let (mut first, mut second) = (standing_still(), standing_still());
    let moved = first.run(async {
        let mut advance = time::advance(MS * 10);
        trace.add(futures::poll!(&mut advance).is_pending());
        advance
    });
    second.run(moved);
    trace.add(first.run_until_idle());
    trace.add(format!("{:?} {:?}", first.now(), second.now()));
    assert_eq!(trace, ["true", "0", "Instant(0ns) Instant(10ms)"]);
}

#[test]
fn time_that_stands_still_is_a_deadlock_that_says_so() {
    let trace = Trace::new();
    let mut scheduler = standing_still();
    let deadlock = scheduler.try_run(sleep(MS)).unwrap_err();
    trace.add(deadlock.to_string().lines().next().unwrap_or_default());
    trace.add(format!("{:?}", deadlock.tasks()[0].waits_for()));
    let deadlock = scheduler.try_run(park()).unwrap_err();
    trace.add(deadlock.to_string().lines().next().unwrap_or_default());
    // A sleep that never ends is no reason to wait for the clock.
    let deadlock = scheduler.try_run(sleep(Duration::MAX)).unwrap_err();
    trace.add(deadlock.to_string().lines().next().unwrap_or_default());
    trace.add(scheduler.try_run(async { 7 }).unwrap());
    assert_eq!(
        trace,
        [
            "deadlock: tasks sleep, but virtual time stands still, because auto-advance is off",
            "Deadline",
            "deadlock: nothing is left that could wake a task",
            "deadlock: nothing is left that could wake a task",
            "7"
        ]
    );
}

#[test]
fn a_run_until_idle_returns_where_time_stands_still() {
    let trace = Trace::new();
    let mut scheduler = standing_still();
    let task = scheduler.spawn(sleep(MS));
    trace.add(scheduler.run_until_idle());
    trace.add(format!("{:?} {}", scheduler.now(), task.is_finished()));
    assert_eq!(trace, ["1", "Instant(0ns) false"]);
}

#[coweave::test]
async fn auto_advance_is_switched_in_a_task() {
    let trace = Trace::new();
    time::set_auto_advance(false);
    let task = spawn(sleep(MS * 10));
    idle().await;
    time::advance(MS * 5).await;
    trace.add(format!("{} {:?}", task.is_finished(), Instant::now()));
    time::set_auto_advance(true);
    task.await.unwrap();
    trace.add(format!("{:?}", Instant::now()));
    assert_eq!(trace, ["false Instant(5ms)", "Instant(10ms)"]);
}

#[test]
fn moving_a_clock_that_is_not_virtual_is_refused() {
    let trace = Trace::new();
    trace.add(panic_text(|| coweave::run(time::advance(MS))));
    trace.add(panic_text(|| coweave::run(async { time::set_auto_advance(true) })));
    trace.add(panic_text(|| time::set_auto_advance(true)));
    trace.add(panic_text(|| futures::executor::block_on(time::advance(MS))));
    let refused = Scheduler::builder().auto_advance(false).build();
    trace.add(matches!(refused, Err(BuildError::NoVirtualTime)));
    let advance = "time::advance was awaited where no scheduler with virtual time runs";
    let set = "time::set_auto_advance was called where no scheduler with virtual time runs";
    assert_eq!(trace, [advance, set, set, advance, "true"]);
}

#[test]
fn a_run_until_an_instant_goes_from_deadline_to_deadline() {
    for builder in [Scheduler::builder(), Scheduler::builder().auto_advance(false)] {
        let trace = Trace::new();
        let mut scheduler = builder.virtual_time().build().unwrap();
        let start = scheduler.now();
        drop(scheduler.spawn(counts(trace.clone(), "a", MS * 20)));
        trace.add(scheduler.run_until(start));
        trace.add(scheduler.run_until(start + MS * 20));
        trace.add(scheduler.run_until(start + MS * 59));
        trace.add(format!("{:?}", scheduler.now()));
        trace.add(scheduler.run_until(start + MS * 10));
        trace.add(format!("{:?}", scheduler.now()));
        assert_eq!(
            trace,
            [
                "1",
                "a 1 at Instant(20ms)",
                "a yielded",
                "1",
                "a 2 at Instant(40ms)",
                "a yielded",
                "1",
                "Instant(59ms)",
                "1",
                "Instant(59ms)"
            ]
        );
    }
}

#[test]
fn a_run_until_an_instant_reaches_it_also_without_tasks() {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let start = scheduler.now();
    drop(scheduler.spawn(park()));
    trace.add(scheduler.run_until(start + MS * 7));
    trace.add(format!("{:?}", scheduler.now()));
    let year = Duration::from_secs(365 * 86_400);
    trace.add(scheduler.run_until(start + year));
    trace.add(scheduler.now() - start == year);
    assert_eq!(trace, ["1", "Instant(7ms)", "1", "true"]);
}

#[test]
fn a_run_until_an_instant_waits_on_the_systems_clock() {
    let trace = Trace::new();
    let mut scheduler = system_scheduler();
    let start = scheduler.now();
    let (early, late) = (scheduler.spawn(sleep(MS * 5)), scheduler.spawn(sleep(MS * 60_000)));
    trace.add(scheduler.run_until(start + MS * 20));
    trace.add(scheduler.now() - start >= MS * 20);
    trace.add(format!("{} {}", early.is_finished(), late.is_finished()));
    // A task that yields for ever does not hold it up.
    drop(scheduler.spawn(async {
        loop {
            yield_now().await;
        }
    }));
    let before = scheduler.now();
    trace.add(scheduler.run_until(before + MS * 5));
    trace.add(scheduler.now() - before >= MS * 5);
    assert_eq!(trace, ["1", "true", "true false", "2", "true"]);
}

#[test]
fn a_guard_holds_the_clock_also_when_it_is_moved_by_hand() {
    let trace = Trace::new();
    let mut scheduler = standing_still();
    scheduler.run(async {
        let unparker = task::current().unparker();
        let external = SchedulerHandle::try_current().unwrap().external();
        let inner = trace.clone();
        let thread = start_thread("outside", move || {
            std::thread::sleep(MS * 20);
            inner.add("the guard goes");
            unparker.unpark();
            drop(external);
        });
        time::advance(MS).await;
        trace.add(format!("advanced to {:?}", Instant::now()));
        until_finished(thread).await;
    });
    assert_eq!(trace, ["the guard goes", "advanced to Instant(1ms)"]);
}

/// Numbers that look random (the xorshift generator of Marsaglia, with its usual shifts).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }

    fn duration(&mut self) -> Duration {
        MS * u32::try_from(self.next(50)).unwrap_or(0)
    }
}

/// Tasks that are parked, for others to unpark.
type Parked = Slot<Unparker>;

#[coweave::coroutine]
fn wanders(trace: Trace, parked: Parked, number: u64) {
    let mut numbers = Numbers((number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut ticks = interval(MS * 7);
    let mut children: Vec<JoinHandle<()>> = Vec::new();
    for step in 0..12 {
        let said = match numbers.next(9) {
            0 | 1 => {
                sleep(numbers.duration()).await;
                "slept".to_owned()
            }
            2 => {
                yield_now().await;
                "yielded".to_owned()
            }
            3 => format!("{:?}", timeout(numbers.duration(), sleep(numbers.duration())).await),
            4 => format!("{:?}", ticks.tick().await),
            5 => {
                parked.put(task::current().unparker());
                format!("{:?}", timeout(numbers.duration(), park()).await)
            }
            6 => {
                if let Some(unparker) = parked.try_take() {
                    unparker.unpark();
                }
                idle().await;
                "idle".to_owned()
            }
            7 => {
                let (trace, delay) = (trace.clone(), numbers.duration());
                children.push(spawn_after(delay, async move {
                    trace.add(format!("child of {number} at {:?}", Instant::now()));
                }));
                "spawned".to_owned()
            }
            _ => match children.pop() {
                Some(child) if numbers.next(2) == 0 => outcome(&child.await),
                Some(child) => {
                    child.cancel();
                    outcome(&timeout(MS, child).await.unwrap_or(Ok(())))
                }
                None => "nothing".to_owned(),
            },
        };
        trace.add(format!("{number} {step} {said} {:?}", Instant::now()));
    }
}

const TASKS: u64 = 300;

fn wandered(tasks: u64) -> Vec<String> {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let parked = Slot::new();
    for number in 0..tasks {
        drop(scheduler.spawn(wanders(trace.clone(), parked.clone(), number)));
    }
    trace.add(scheduler.run_until_idle());
    trace.add(format!("{:?}", scheduler.now()));
    trace.to_vec()
}

/// Says to a process that it is to print its trace.
const CHILD: &str = "COWEAVE_PRINT_TRACE";

fn wandered_in_a_process() -> Vec<String> {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    let here = std::thread::current();
    command.args(["--exact", here.name().unwrap(), "--nocapture", "--test-threads=1"]);
    let child = command.env(CHILD, "1").output().unwrap();
    let text = String::from_utf8_lossy(&child.stdout);
    text.lines().filter_map(|line| line.strip_prefix("trace: ").map(str::to_owned)).collect()
}

#[test]
fn a_program_of_hundreds_of_tasks_has_one_trace_in_all_schedulers_and_processes() {
    let first = wandered(TASKS);
    if std::env::var_os(CHILD).is_some() {
        first.iter().for_each(|line| println!("\ntrace: {line}"));
        return;
    }
    assert!(first.len() > 3600, "the program does something: {} lines", first.len());
    for said in ["Err(Elapsed(()))", "Ok(())", "slept", "idle", "child of", "cancelled"] {
        assert!(first.iter().any(|line| line.contains(said)), "never: {said}");
    }
    assert!(first != wandered(TASKS - 1), "another program has another trace");
    assert_eq!(first, wandered(TASKS));
    assert_eq!(first, on_thread("other", || wandered(TASKS)));
    assert_eq!(first, wandered_in_a_process());
    assert_eq!(first, wandered_in_a_process());
}
