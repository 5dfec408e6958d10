//! Half-awaited leaves that go elsewhere, outputs that hold their own handles, schedulers that their
//! own tasks hold.

use std::cell::RefCell;
use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use coweave::{JoinHandle, Scheduler, Unparker, park, sleep, spawn, spawn_local, task, yield_now};

use crate::OnDrop;

type Leaf = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Polls once, and says whether the leaf still waits.
async fn is_pending(leaf: &mut Leaf) -> bool {
    poll_fn(|cx| Poll::Ready(leaf.as_mut().poll(cx).is_pending())).await
}

/// A half-awaited leaf of each kind, the unparker of the task that polled it, and what ends the join.
async fn half_awaited() -> (Vec<(&'static str, Leaf)>, Unparker, JoinHandle<()>) {
    let target = spawn(park());
    let joined = async move { drop(spawn(sleep(Duration::from_secs(1))).await) };
    let mut leaves: Vec<(&'static str, Leaf)> = vec![
        ("sleep", Box::pin(sleep(Duration::from_secs(1)))),
        ("park", Box::pin(park())),
        ("join", Box::pin(joined)),
        ("yield", Box::pin(async { (yield_now().await, yield_now().await).0 })),
    ];
    for (_, leaf) in &mut leaves {
        assert!(is_pending(leaf).await);
    }
    (leaves, task::current().unparker(), target)
}

/// Ends a leaf where it is now; a park needs the permit of the task that it is in now.
async fn finish((kind, leaf): (&'static str, Leaf), told: &Mutex<Vec<&'static str>>) {
    if kind == "park" {
        task::current().unparker().unpark();
    }
    leaf.await;
    told.lock().unwrap().push(kind);
}

const ALL: [&str; 4] = ["sleep", "park", "join", "yield"];

#[test]
fn half_awaited_leaves_end_in_another_task() {
    let told = Arc::new(Mutex::new(Vec::new()));
    Scheduler::builder().virtual_time().build().unwrap().run(async {
        let (leaves, unparker, target) = half_awaited().await;
        for leaf in leaves {
            let told = told.clone();
            spawn_local(async move { finish(leaf, &told).await }).await.unwrap();
        }
        unparker.unpark();
        park().await;
        target.cancel();
    });
    assert_eq!(*told.lock().unwrap(), ALL);
}

#[test]
fn half_awaited_leaves_end_in_a_scheduler_on_another_thread() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let mut scheduler = Scheduler::builder().virtual_time().build().unwrap();
    let external = scheduler.handle().external();
    let (leaves, ..) = scheduler.run(half_awaited());
    drop(external);
    let thread = thread::spawn({
        let told = told.clone();
        move || {
            let mut there = Scheduler::builder().virtual_time().build().unwrap();
            for leaf in leaves {
                there.run(async {
                    // The join's task is at home, where time passes when its scheduler runs.
                    finish(leaf, &told).await;
                });
            }
        }
    });
    while !thread.is_finished() {
        scheduler.run(sleep(Duration::from_secs(1)));
    }
    thread.join().unwrap();
    assert_eq!(*told.lock().unwrap(), ALL);
}

#[test]
fn half_awaited_leaves_are_dropped_anywhere() {
    let mut left = 0;
    for place in 0..4 {
        let mut scheduler = Scheduler::builder().virtual_time().build().unwrap();
        let (leaves, unparker, target) = scheduler.run(half_awaited());
        match place {
            0 => drop(scheduler.run(spawn_in(leaves))),
            1 => coweave::run(async { spawn_in(leaves).await.unwrap() }),
            2 => thread::spawn(move || drop(leaves)).join().unwrap(),
            _ => {
                drop(scheduler);
                drop(leaves);
                unparker.unpark();
                assert!(target.is_finished());
                continue;
            }
        }
        unparker.unpark();
        target.cancel();
        left += scheduler.run_until_idle();
    }
    assert_eq!(left, 0);
}

/// A task that drops what it is given.
async fn spawn_in(leaves: Vec<(&'static str, Leaf)>) -> Result<(), coweave::JoinError> {
    spawn_local(async move { drop(leaves) }).await
}

/// An output that holds the handle through which it would be taken.
struct Own {
    handle: Arc<Mutex<Option<JoinHandle<Own>>>>,
    _counted: OnDrop<Box<dyn FnMut() + Send>>,
}

#[test]
fn an_output_holds_and_drops_its_own_handle() {
    let dropped = Arc::new(Mutex::new(0));
    let count = || {
        let dropped = dropped.clone();
        OnDrop(Box::new(move || *dropped.lock().unwrap() += 1) as Box<dyn FnMut() + Send>)
    };
    for how in 0..4 {
        let mut scheduler = Scheduler::builder().virtual_time().build().unwrap();
        let handle: Arc<Mutex<Option<JoinHandle<Own>>>> = Arc::default();
        let own = Own { handle: handle.clone(), _counted: count() };
        let spawned = scheduler.spawn(async move {
            yield_now().await;
            own
        });
        *handle.lock().unwrap() = Some(spawned);
        scheduler.run_until_idle();
        match how {
            // Taken out, and dropped at home, elsewhere, after the scheduler.
            0 => drop(handle.lock().unwrap().take()),
            1 => {
                let taken = handle.lock().unwrap().take();
                thread::spawn(move || drop(taken)).join().unwrap();
            }
            2 => {
                drop(scheduler);
                let taken = handle.lock().unwrap().take();
                drop(taken);
            }
            // Joined, and put back into the output that the handle gave: it is spent.
            _ => {
                let taken = handle.lock().unwrap().take().unwrap();
                let own = scheduler.run(taken).ok().unwrap();
                let mut other = scheduler.spawn(pending::<Own>());
                let mut noop = Context::from_waker(Waker::noop());
                assert!(Pin::new(&mut other).poll(&mut noop).is_pending());
                *own.handle.lock().unwrap() = Some(other);
                drop((handle, own));
            }
        }
    }
    assert_eq!(*dropped.lock().unwrap(), 4);
}

#[test]
fn a_task_that_holds_its_scheduler_cannot_take_it_while_it_runs() {
    let slot = Rc::new(RefCell::new(Some(Scheduler::builder().build().unwrap())));
    let seen = Rc::new(RefCell::new(Vec::new()));
    let (inner, tells) = (slot.clone(), seen.clone());
    let task = slot.borrow().as_ref().unwrap().spawn(async move {
        tells.borrow_mut().push(inner.try_borrow_mut().is_err());
        let _guard = OnDrop(|| tells.borrow_mut().push(inner.borrow().is_none()));
        park().await;
    });
    slot.borrow_mut().as_mut().unwrap().run(yield_now());
    let scheduler = slot.borrow_mut().take();
    drop(scheduler);
    assert!(task.is_finished());
    assert_eq!(*seen.borrow(), [true, true]);
}

#[test]
fn a_task_drops_all_wakers_of_its_own_in_its_last_resume() {
    let mut resumes = 0;
    coweave::run(async {
        for _ in 0..100 {
            let wakers = Rc::new(RefCell::new(Vec::<Waker>::new()));
            let keeps = wakers.clone();
            let task = spawn_local(poll_fn(move |cx| {
                keeps.borrow_mut().push(cx.waker().clone());
                if keeps.borrow().len() < 4 {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                let all = keeps.take();
                all[0].wake_by_ref();
                Poll::Ready(all.into_iter().map(Waker::wake).count())
            }));
            resumes += task.await.unwrap();
        }
    });
    assert_eq!(resumes, 400);
}
