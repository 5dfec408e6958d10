//! Spawning into a group, and its members.

use std::rc::Rc;
use std::time::Duration;

use coweave::task::Builder;
use coweave::{Deadlock, TaskGroup, WaitsFor, sleep, task, yield_now};

use crate::support::{Trace, outcome, panic_text, virtual_scheduler};

#[coweave::test]
async fn a_member_is_one_from_its_spawn_to_its_end() {
    let group = TaskGroup::new();
    let mut lens = vec![group.len()];
    for n in 0..3 {
        group.spawn(sleep(Duration::from_millis(1000 * n + 500))).await;
        lens.push(group.len());
    }
    for _ in 0..3 {
        sleep(Duration::from_secs(1)).await;
        lens.push(group.len());
    }
    assert_eq!((lens, group.result_count()), (vec![0, 1, 2, 3, 2, 1, 0], 3));
}

#[coweave::test]
async fn without_a_bound_a_spawn_never_suspends_and_members_start_in_order() {
    let trace = Trace::new();
    let group = TaskGroup::new();
    for n in 0..3 {
        let trace = trace.clone();
        group.spawn(async move { trace.add(n) }).await;
    }
    trace.add("spawned");
    yield_now().await;
    assert_eq!(trace, ["spawned", "0", "1", "2"]);
}

#[coweave::test]
async fn the_id_is_the_tasks() {
    let group = TaskGroup::new();
    let id = group.spawn(async { task::current().id() }).await;
    let (joined, seen) = group.join_next().await.unwrap();
    assert_eq!((joined, seen.unwrap()), (id, id));
}

#[coweave::test]
async fn a_future_that_is_not_awaited_spawns_nothing() {
    let group = TaskGroup::new();
    drop(group.spawn(async { panic!("was spawned") }));
    yield_now().await;
    assert!(group.is_empty());
    assert!(group.join_next().await.is_none());
}

#[coweave::test]
async fn local_members_need_not_be_send() {
    let group = TaskGroup::new();
    let shared = Rc::new(7);
    let own = shared.clone();
    group.spawn_local(async move { own }).await;
    let (_, result) = group.join_next().await.unwrap();
    assert!(Rc::ptr_eq(&shared, &result.unwrap()));
}

#[coweave::test]
async fn members_spawn_into_their_own_group() {
    let trace = Trace::new();
    let group = std::sync::Arc::new(TaskGroup::new());
    let inner = group.clone();
    group
        .spawn(async move {
            inner.spawn(async { "child" }).await;
            drop(inner);
            "parent"
        })
        .await;
    while let Some((_, result)) = group.join_next().await {
        trace.add(result.unwrap());
    }
    assert_eq!(trace, ["parent", "child"]);
}

#[test]
fn outside_of_a_scheduler_a_spawn_panics_and_gives_back_its_place() {
    let group = TaskGroup::bounded(1);
    let text = panic_text(|| group.try_spawn(async {}));
    assert!(text.contains("where no scheduler runs"), "{text}");
    assert!(!group.is_full());
}

#[test]
fn a_member_spawned_while_the_scheduler_ends_is_refused_and_joined() {
    let trace = Trace::new();
    let group = std::sync::Arc::new(TaskGroup::new());
    let scheduler = virtual_scheduler();
    let (inner, seen) = (group.clone(), trace.clone());
    let on_drop = crate::support::OnDrop::new(move || {
        inner.try_spawn(async {}).unwrap();
        let (_, result) = inner.try_join_next().unwrap();
        seen.add(format!("{} {}", outcome(&result), inner.len()));
    });
    drop(scheduler.spawn(async move {
        let _on_drop = on_drop;
        std::future::pending::<()>().await;
    }));
    drop(scheduler);
    assert_eq!(trace, ["cancelled 0"]);
}

#[test]
fn a_report_says_that_a_task_waits_for_a_group() {
    let stuck = async {
        let group = TaskGroup::new();
        group.spawn(coweave::park()).await;
        group.join_next().await
    };
    let deadlock: Deadlock = virtual_scheduler().try_run(stuck).unwrap_err();
    assert_eq!(deadlock.tasks()[0].waits_for(), &WaitsFor::Group);
    let site = deadlock.tasks()[0].suspended_at().unwrap();
    assert!(site.file().ends_with("members.rs"), "{site}");
    assert!(deadlock.to_string().contains("waiting for a task of a TaskGroup"), "{deadlock}");
}

async fn own_name() -> Option<String> {
    task::current().name().map(str::to_owned)
}

#[coweave::test]
async fn members_have_the_names_that_their_builders_give() {
    let group = TaskGroup::bounded(2);
    let builder = Builder::new().name("worker");
    builder.clone().spawn_in(&group, own_name()).await;
    builder.clone().spawn_local_in(&group, own_name()).await;
    let refused = builder.clone().try_spawn_in(&group, own_name()).unwrap_err();
    builder.clone().spawn_in(&group, refused.into_inner()).await;
    while !group.is_empty() {
        yield_now().await;
    }
    builder.clone().try_spawn_local_in(&group, own_name()).unwrap();
    builder.try_spawn_in(&group, own_name()).unwrap();
    let names: Vec<_> = group.join_all().await.into_iter().map(|it| it.unwrap().unwrap()).collect();
    assert_eq!(names, ["worker"; 5]);
}

#[test]
fn a_report_names_a_member_and_says_where_it_was_spawned() {
    let mut line = 0;
    let stuck = async {
        let group = TaskGroup::new();
        line = line!() + 1;
        Builder::new().name("stuck").spawn_in(&group, coweave::park()).await;
        group.join_next().await
    };
    let deadlock = virtual_scheduler().try_run(stuck).unwrap_err();
    let member = &deadlock.tasks()[1];
    assert_eq!((member.name(), member.spawned_at().unwrap().line()), (Some("stuck"), line));
}

coweave::task_local! {
    static USER: &'static str;
}

#[coweave::test]
async fn a_member_inherits_what_is_seen_when_its_spawn_is_called() {
    let group = TaskGroup::bounded(1);
    group.spawn(async { "first" }).await;
    let inherits = Builder::new().inherit_locals(true);
    let seen = async { USER.try_with(|user| *user).unwrap_or("nobody") };
    // It waits for its place outside of the scope.
    USER.scope("Ada", async { inherits.spawn_in(&group, seen) }).await.await;
    let all: Vec<_> = group.join_all().await.into_iter().map(Result::unwrap).collect();
    assert_eq!(all, ["first", "Ada"]);
}

#[test]
fn a_background_member_keeps_no_run_going() {
    let group = TaskGroup::new();
    let mut scheduler = virtual_scheduler();
    let start = scheduler.now();
    scheduler.run(async {
        let background = Builder::new().background(true);
        background.spawn_in(&group, sleep(Duration::from_secs(1))).await;
    });
    scheduler.run_until_idle();
    assert_eq!((scheduler.now() - start, group.len()), (Duration::ZERO, 1));
}
