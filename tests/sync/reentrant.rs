//! Foreign code that uses a primitive while the primitive deals with it: wakers that are woken or
//! dropped, and values whose destructors do. Were any of it run while the state is held, the local
//! primitives would panic here, and the shared ones would hang.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Wake, Waker};

use coweave::sync::local::{
    Barrier, Condvar, Event, Mutex, Notify, OnceCell, Promise, RwLock, Semaphore, WaitGroup,
};

use crate::support::{begin, poll, poll_with};

type Touch = Rc<dyn Fn()>;

thread_local! {
    static TOUCH: Cell<Option<Touch>> = const { Cell::new(None) };
    static TOUCHED: Cell<u32> = const { Cell::new(0) };
}

fn touch() {
    let touch = TOUCH.take();
    if let Some(touch) = &touch {
        TOUCHED.set(TOUCHED.get() + 1);
        touch();
    }
    TOUCH.set(touch);
}

/// Uses the primitive when it is woken, and when it is dropped.
struct Touches;

impl Wake for Touches {
    fn wake(self: Arc<Self>) {
        touch();
    }
}

impl Drop for Touches {
    fn drop(&mut self) {
        touch();
    }
}

fn touching() -> Waker {
    Waker::from(Arc::new(Touches))
}

/// Waits with wakers that use the primitive: replaced, dropped, woken; and says how often they did.
fn waits<F: Future + Unpin>(
    wait: impl Fn() -> F,
    open: impl FnOnce(),
    use_it: impl Fn() + 'static,
) -> u32 {
    TOUCHED.set(0);
    TOUCH.set(Some(Rc::new(use_it)));
    let begun = || {
        let mut future = wait();
        assert!(poll_with(&mut future, &touching()).is_pending());
        future
    };
    let (mut replaced, dropped, woken) = (begun(), begun(), begun());
    assert!(poll(&mut replaced).is_pending());
    drop(replaced);
    drop(dropped);
    let before = TOUCHED.get();
    open();
    assert!(TOUCHED.get() > before, "the last was woken");
    drop(woken);
    TOUCH.set(None);
    TOUCHED.get()
}

#[test]
fn wakers_use_the_primitive_at_which_they_wait() {
    let mut touched = Vec::new();
    let mutex = Rc::new(Mutex::new(0));
    let (held, inner) = (mutex.try_lock(), mutex.clone());
    touched.push(waits(|| mutex.lock(), || drop(held), move || drop(inner.try_lock())));
    let lock = Rc::new(RwLock::new(0));
    let (held, inner) = (lock.try_write(), lock.clone());
    touched.push(waits(|| lock.read(), || drop(held), move || drop(inner.try_read())));
    let (held, inner) = (lock.try_read(), lock.clone());
    touched.push(waits(|| lock.write(), || drop(held), move || drop(inner.try_write())));
    let semaphore = Rc::new(Semaphore::new(0));
    let inner = semaphore.clone();
    touched.push(waits(
        || semaphore.acquire(),
        || semaphore.close(),
        move || {
            drop(inner.try_acquire());
        },
    ));
    let event = Rc::new(Event::new());
    let inner = event.clone();
    touched.push(waits(|| event.wait(), || event.set(), move || inner.clear()));
    let promise = Rc::new(Promise::new());
    let inner = promise.clone();
    touched.push(waits(|| promise.wait(), || promise.set(1).unwrap(), move || begin(inner.wait())));
    let barrier = Rc::new(Barrier::new(5));
    let inner = barrier.clone();
    touched.push(waits(
        || barrier.wait(),
        || {
            let mut others = [(); 4].map(|()| barrier.wait());
            assert!(poll(&mut others[3]).is_pending());
            assert!(others[..3].iter_mut().any(|other| poll(other).is_ready()));
        },
        move || begin(inner.wait()),
    ));
    let shared = Rc::new((Mutex::new(0), Condvar::new()));
    let inner = shared.clone();
    touched.push(waits(
        || shared.1.wait(shared.0.try_lock().unwrap()),
        || shared.1.notify_one(),
        move || {
            drop(inner.0.try_lock());
            if let Some(guard) = inner.0.try_lock() {
                begin(inner.1.wait(guard));
            }
        },
    ));
    let group = Rc::new(WaitGroup::new());
    let (worker, inner) = (group.worker(), group.clone());
    touched.push(waits(|| group.wait(), || drop(worker), move || drop(inner.worker())));
    let notify = Rc::new(Notify::new());
    let inner = notify.clone();
    let notified = notify.clone();
    touched.push(waits(
        || notify.notified(),
        move || notified.notify_waiters(),
        move || {
            begin(inner.notified());
        },
    ));
    assert_eq!(touched, [4; 10]);
}

/// A value that uses the cell in which it lies when it is dropped.
struct UsesItsCell(Rc<OnceCell<u32>>);

impl Drop for UsesItsCell {
    fn drop(&mut self) {
        let _ = self.0.set(2);
        begin(Box::pin(self.0.get_or_init(async || 3)));
    }
}

#[test]
fn an_initialiser_uses_its_cell_as_it_is_dropped() {
    let cell = Rc::new(OnceCell::new());
    let uses = UsesItsCell(cell.clone());
    let mut making = Box::pin(cell.get_or_init(async move || {
        let _uses = uses;
        std::future::pending().await
    }));
    assert!(poll(&mut making).is_pending());
    drop(making);
    assert!(cell.get().is_none_or(|value| *value == 3));
}
