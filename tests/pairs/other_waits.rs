//! Waits that have no modes: at groups, tasks, the clock, and foreign futures.

use std::rc::Rc;

use coweave::{
    Instant, JoinHandle, TaskGroup, Unparker, park, sleep_until, spawn_local, task, timeout_at,
};

use crate::wait::{Begin, Form, Home, Make, Wait, at, begins, leaked};

pub(crate) const WAITS: &[(&str, Make)] = &[
    ("group", group),
    ("place_in_group", place_in_group),
    ("handle", handle),
    ("sleep", sleep),
    ("timeout", timeout),
    ("parked", parked),
    ("foreign_oneshot", foreign_oneshot),
    ("foreign_notify", foreign_notify),
];

fn group(instant: Instant, form: Form) -> Wait {
    let group = leaked(TaskGroup::new());
    group
        .try_spawn_local(async move {
            sleep_until(instant).await;
            5
        })
        .expect("there is room");
    Wait::kept(begins!(form, (group: TaskGroup<u32>) {
        assert_eq!(group.join_next().await.unwrap().1.unwrap(), 5);
    }))
}

fn place_in_group(instant: Instant, form: Form) -> Wait {
    let group = leaked(TaskGroup::bounded(1));
    group.try_spawn_local(async move { sleep_until(instant).await }).expect("there is room");
    Wait::kept(begins!(form, (group: TaskGroup<()>) {
        group.wait_available().await;
        assert!(!group.is_full());
    }))
}

fn handle(instant: Instant, form: Form) -> Wait {
    let handle = Home::new(spawn_local(async move {
        sleep_until(instant).await;
        5
    }));
    Wait::kept(begins!(form, (handle: Home<JoinHandle<u32>>) {
        let mut handle = handle.lend();
        assert_eq!((&mut *handle).await.unwrap(), 5);
    }))
    .alone()
}

fn sleep(instant: Instant, form: Form) -> Wait {
    let instant = leaked(instant);
    Wait::kept(begins!(form, (instant: Instant) {
        sleep_until(*instant).await;
        assert!(Instant::now() >= *instant);
    }))
}

fn timeout(instant: Instant, form: Form) -> Wait {
    let instant = leaked(instant);
    Wait::kept(begins!(form, (instant: Instant) {
        assert!(timeout_at(*instant, std::future::pending::<()>()).await.is_err());
        assert!(Instant::now() >= *instant);
    }))
}

fn parked(instant: Instant, form: Form) -> Wait {
    let unparker: Unparker = task::current().unparker();
    at(instant, move || unparker.unpark());
    Wait::kept(begins!(form, () {
        park().await;
    }))
    .alone()
}

fn foreign_oneshot(instant: Instant, form: Form) -> Wait {
    let (sender, receiver) = futures::channel::oneshot::channel();
    let receiver = Home::new(receiver);
    at(instant, move || sender.send(5).unwrap());
    Wait::kept(begins!(form, (receiver: Home<futures::channel::oneshot::Receiver<u32>>) {
        let mut receiver = receiver.lend();
        assert_eq!((&mut *receiver).await, Ok(5));
    }))
    .alone()
}

fn foreign_notify(instant: Instant, form: Form) -> Wait {
    let notify = leaked(tokio::sync::Notify::new());
    at(instant, move || notify.notify_one());
    Wait::kept(begins!(form, (notify: tokio::sync::Notify) {
        notify.notified().await;
    }))
}
