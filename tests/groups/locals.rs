//! Values by task.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use coweave::task::Builder;
use coweave::{sleep, spawn, yield_now};
use futures::executor::block_on;

use crate::support::{Counted, Trace, panic_text, virtual_scheduler};

coweave::task_local! {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    /// Without a first value.
    static USER: String;
    static OWNED: Option<Counted>
}

fn count() -> u32 {
    COUNT.with(|count| count.fetch_add(1, Ordering::Relaxed))
}

fn user() -> String {
    USER.try_with(String::clone).unwrap_or("nobody".to_owned())
}

#[coweave::test]
async fn each_task_has_a_value_of_its_own() {
    let counts = (0..2).map(|_| {
        spawn(async {
            let first = count();
            yield_now().await;
            (first, count())
        })
    });
    for task in counts.collect::<Vec<_>>() {
        assert_eq!(task.await.unwrap(), (0, 1));
    }
    assert_eq!(count(), 0);
}

#[test]
fn outside_of_a_task_there_is_no_value_but_in_a_scope() {
    assert!(COUNT.try_with(|_| ()).is_err());
    assert!(panic_text(|| USER.with(String::clone)).contains("where there is none"));
    assert_eq!(block_on(USER.scope("Ada".to_owned(), async { user() })), "Ada");
    assert_eq!(user(), "nobody");
}

#[coweave::test]
async fn scopes_nest_and_end() {
    let inner = USER.scope("inner".to_owned(), async {
        yield_now().await;
        user()
    });
    let outer = USER.scope("outer".to_owned(), async {
        let before = user();
        let inner = inner.await;
        yield_now().await;
        [before, inner, user()]
    });
    assert_eq!(outer.await, ["outer", "inner", "outer"]);
    assert_eq!(user(), "nobody");
}

#[coweave::test]
async fn scopes_polled_in_turns_do_not_mix() {
    let names = |name: &'static str| {
        USER.scope(name.to_owned(), async move {
            for _ in 0..3 {
                assert_eq!(user(), name);
                yield_now().await;
            }
        })
    };
    let task = spawn(names("spawned"));
    futures::join!(names("one"), names("two"));
    task.await.unwrap();
}

#[coweave::test]
async fn a_scope_that_panics_leaves_nothing_behind() {
    let failed = spawn(async {
        let inside = USER.scope("Ada".to_owned(), async { panic!("in a scope") });
        let caught = futures::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(inside)).await;
        (caught.is_err(), user())
    });
    assert_eq!(failed.await.unwrap(), (true, "nobody".to_owned()));
}

#[coweave::test]
async fn tasks_inherit_only_if_they_are_asked_to() {
    let seen = USER.scope("Ada".to_owned(), async {
        count();
        let plain = spawn(async { (user(), count()) }).await.unwrap();
        let heir = Builder::new().inherit_locals(true);
        let heir = heir.spawn(async { (user(), count()) }).await.unwrap();
        [plain, heir]
    });
    let seen = seen.await;
    assert_eq!(seen, [("nobody".to_owned(), 0), ("Ada".to_owned(), 1)]);
    // The value was the parent's own, which goes on counting.
    assert_eq!(count(), 2);
}

#[coweave::test]
async fn an_heir_sees_what_its_parent_saw_at_the_spawn_and_hands_it_on() {
    let heir = USER.scope("Ada".to_owned(), async {
        Builder::new().inherit_locals(true).spawn_after(Duration::from_secs(1), async {
            let grandchild = Builder::new().inherit_locals(true).spawn(async { user() });
            let inner = USER.scope("Eve".to_owned(), async { user() }).await;
            (user(), inner, grandchild.await.unwrap())
        })
    });
    let heir = heir.await;
    assert_eq!(heir.await.unwrap(), ("Ada".into(), "Eve".into(), "Ada".into()));
}

#[test]
fn an_heir_may_be_another_schedulers() {
    let mut scheduler = virtual_scheduler();
    let handle = scheduler.handle();
    let other = std::thread::spawn(move || {
        block_on(USER.scope("Ada".to_owned(), async move {
            Builder::new().inherit_locals(true).spawn_on(&handle, async { user() })
        }))
    });
    let task = other.join().unwrap();
    assert_eq!(scheduler.run(task).unwrap(), "Ada");
}

#[test]
fn a_scope_around_a_run_is_not_its_tasks() {
    let mut scheduler = virtual_scheduler();
    let seen = block_on(USER.scope("Ada".to_owned(), async move {
        scheduler.run(async { (user(), spawn(async { user() }).await.unwrap()) })
    }));
    assert_eq!(seen, ("nobody".to_owned(), "nobody".to_owned()));
}

#[coweave::test]
async fn values_are_dropped_behind_what_uses_them() {
    let trace = Trace::new();
    let frame = Counted::new(&trace, "frame");
    let value = Counted::new(&trace, "value");
    let seen = trace.clone();
    let scoped = OWNED.scope(Some(value), async move {
        let _frame = frame;
        let _last = crate::support::OnDrop::new(move || {
            seen.add(format!("there {}", OWNED.with(Option::is_some)));
        });
        std::future::pending::<()>().await;
    });
    let task = spawn(scoped);
    yield_now().await;
    task.cancel();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(trace, ["there true", "frame dropped", "value dropped"]);
}

#[coweave::test]
async fn the_last_heir_drops_a_value() {
    let trace = Trace::new();
    let value = Counted::new(&trace, "value");
    let heir = OWNED.scope(Some(value), async {
        Builder::new().inherit_locals(true).spawn(sleep(Duration::from_secs(1)))
    });
    let heir = heir.await;
    trace.add("scope ended");
    heir.await.unwrap();
    trace.add("heir ended");
    assert_eq!(trace, ["scope ended", "value dropped", "heir ended"]);
}

#[coweave::test]
async fn a_coroutine_sees_its_scope_across_suspensions() {
    #[coweave::coroutine]
    fn inside() -> (String, String) {
        let before = user();
        sleep(Duration::from_secs(1)).await;
        (before, user())
    }
    let seen = USER.scope("Ada".to_owned(), inside()).await;
    assert_eq!(seen, ("Ada".to_owned(), "Ada".to_owned()));
}
