//! `Builder::on_panic`.

use coweave::task::PanickedTask;
use coweave::{Scheduler, TaskGroup, spawn, task, yield_now};

use crate::support::{Bomb, Trace, on_thread};

fn telling(trace: &Trace) -> Scheduler {
    let trace = trace.clone();
    let builder = Scheduler::builder().virtual_time();
    builder.on_panic(move |task| trace.add_with_thread(task)).build().unwrap()
}

#[test]
fn a_detached_task_that_panics_is_told() {
    let trace = Trace::new();
    telling(&trace).run(async {
        drop(task::Builder::new().name("kettle").spawn(async { panic!("out of tea") }));
        drop(spawn(async { std::panic::panic_any(7) }));
        yield_now().await;
    });
    assert_eq!(trace, ["task 2 (kettle) panicked: out of tea", "task 3 panicked"]);
}

#[test]
fn a_handle_dropped_after_the_panic_tells_of_it_where_it_is_dropped() {
    let trace = Trace::new();
    let mut scheduler = telling(&trace);
    let spawn = |name: &str| {
        let name = name.to_owned();
        scheduler.spawn(async move { panic!("{name} failed") })
    };
    let tasks = [spawn("one"), spawn("two"), spawn("three")];
    let [here, elsewhere, late]: [coweave::JoinHandle<()>; 3] = tasks;
    scheduler.run_until_idle();
    scheduler.run(async move { drop(here) });
    on_thread("elsewhere", move || drop(elsewhere));
    drop(scheduler);
    drop(late);
    assert_eq!(
        trace,
        [
            "task 1 panicked: one failed",
            "task 2 panicked: two failed on elsewhere",
            "task 3 panicked: three failed"
        ]
    );
}

#[test]
fn what_is_joined_is_not_told() {
    let trace = Trace::new();
    telling(&trace).run(async {
        assert!(spawn(async { panic!("joined") }).await.is_err());
        spawn(async { panic!("given to a callback") }).on_completion(|_| ());
        let group = TaskGroup::new();
        group.spawn(async { panic!("a group's") }).await;
        drop(group.join_next().await);
    });
    assert_eq!(trace, []);
}

#[test]
fn what_a_group_has_let_go_is_told() {
    let trace = Trace::new();
    telling(&trace).run(async {
        let group = TaskGroup::new();
        group.spawn(async { panic!("detached") }).await;
        group.detach_all();
        let bomb = Bomb::new(&Trace::new(), "bomb");
        group
            .spawn(async move {
                let _bomb = bomb;
                std::future::pending().await
            })
            .await;
        yield_now().await;
        drop(group);
        yield_now().await;
    });
    assert_eq!(trace, ["task 2 panicked: detached", "task 3 panicked: bomb went off"]);
}

#[test]
fn the_callback_sees_where_the_task_was_spawned_and_what_it_panicked_with() {
    let trace = Trace::new();
    let told = trace.clone();
    let tell = move |task: &PanickedTask| {
        let place = task.spawned_at().unwrap();
        told.add(place.file().ends_with("unjoined_panics.rs"));
        told.add(place.line());
        told.add(format!("{:?}", task.payload().downcast_ref::<u32>()));
        told.add(task::try_current().is_none());
    };
    let mut scheduler = Scheduler::builder().on_panic(tell).build().unwrap();
    let line = line!() + 1;
    drop(scheduler.spawn(async { std::panic::panic_any(7_u32) }));
    scheduler.run_until_idle();
    assert_eq!(trace, vec!["true".into(), line.to_string(), "Some(7)".into(), "true".into()]);
}

#[test]
fn a_panic_in_the_callback_harms_nobody() {
    let tell = |_: &PanickedTask| panic!("the callback failed");
    let mut scheduler = Scheduler::builder().on_panic(tell).build().unwrap();
    drop(scheduler.spawn(async { panic!("out of tea") }));
    let next = scheduler.spawn(async { 7 });
    assert_eq!(scheduler.run(next).unwrap(), 7);
}
