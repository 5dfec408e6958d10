//! Two versions of the library in one binary.
#![feature(coroutines)]

use core::time::Duration;

/// A task of this version, which suspends by operations of both.
#[coweave::coroutine]
pub fn newer(n: u32) -> u32 {
    coweave::yield_now().await;
    older::yield_now().await;
    coweave::sleep(Duration::from_millis(1)).await;
    n + 1
}

/// A task of the other version, which awaits one of this.
#[older::coroutine(crate = older)]
pub fn older_task(n: u32) -> u32 {
    older::yield_now().await;
    newer(n).await
}

/// A generator of the other version.
#[older::coroutine(crate = older, yield = u32)]
pub fn older_count(to: u32) {
    yield_all!(newer_count(to));
}

/// A generator of this version.
#[coweave::coroutine(yield = u32)]
pub fn newer_count(to: u32) {
    yield_all!(0..to);
}

#[test]
fn each_runs_on_the_others_scheduler() {
    assert_eq!(coweave::run(older_task(1)), 2);
    assert_eq!(older::run(older_task(1)), 2);
    assert_eq!(older::run(async { older::spawn(newer(1)).await.ok() }), Some(2));
    assert_eq!(coweave::run(async { coweave::spawn(older_task(2)).await.ok() }), Some(3));
    assert_eq!(older_count(3).sum::<u32>(), 3);
}
