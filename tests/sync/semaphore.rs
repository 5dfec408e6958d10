//! `Semaphore`.

use coweave::sync::{AcquireError, TryAcquireError};
use coweave::{sleep, spawn_local, yield_now};

use crate::support::{Trace, Wakes, in_both_modes, panic_text, poll, poll_with, settle};

in_both_modes! {
    async fn permits_go_to_those_who_wait_in_order() {
        let trace = Trace::new();
        let semaphore = Counted::new(Semaphore::new(2));
        let tasks: Vec<_> = (0..5).map(|n| {
            let (semaphore, trace) = (semaphore.clone(), trace.clone());
            spawn_local(async move {
                let _permit = semaphore.acquire().await.unwrap();
                trace.add(format!("{n} with {} free", semaphore.available_permits()));
                yield_now().await;
            })
        }).collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(
            trace,
            ["0 with 1 free", "1 with 0 free", "2 with 0 free", "3 with 0 free", "4 with 1 free"]
        );
    }

    async fn who_asks_for_many_is_not_overtaken() {
        let semaphore = Semaphore::new(3);
        let one = semaphore.acquire().await.unwrap();
        let (mut many, mut few) = (semaphore.acquire_many(3), semaphore.acquire());
        assert!(poll(&mut many).is_pending());
        assert!(poll(&mut few).is_pending());
        assert_eq!(semaphore.try_acquire().unwrap_err(), TryAcquireError::NoPermits);
        drop(one);
        assert_eq!(semaphore.available_permits(), 0);
        drop(many.await.unwrap());
        assert_eq!(few.await.unwrap().count(), 1);
        assert_eq!(semaphore.available_permits(), 3);
    }

    async fn who_asked_for_many_and_leaves_lets_those_behind_go_on() {
        let semaphore = Semaphore::new(2);
        let _one = semaphore.acquire().await.unwrap();
        let (mut many, mut few) = (semaphore.acquire_many(2), semaphore.acquire());
        let (wakes, waker) = Wakes::new();
        assert!(poll(&mut many).is_pending());
        assert!(poll_with(&mut few, &waker).is_pending());
        drop(many);
        assert_eq!(wakes.count(), 1);
        assert!(poll(&mut few).is_ready());
    }

    async fn permits_granted_to_one_who_leaves_come_back() {
        let semaphore = Semaphore::new(0);
        let mut acquire = semaphore.acquire_many(2);
        assert!(poll(&mut acquire).is_pending());
        semaphore.release(3);
        assert_eq!(semaphore.available_permits(), 1);
        drop(acquire);
        assert_eq!(semaphore.available_permits(), 3);
    }

    async fn guards_are_split_merged_and_forgotten() {
        let semaphore = Semaphore::new(5);
        let mut four = semaphore.try_acquire_many(4).unwrap();
        let mut one = four.split(1).unwrap();
        assert_eq!((four.count(), one.count()), (3, 1));
        assert!(four.split(4).is_none());
        one.merge(four.split(2).unwrap());
        assert_eq!((four.count(), one.count(), semaphore.available_permits()), (1, 3, 1));
        four.forget();
        drop(one);
        assert_eq!(semaphore.available_permits(), 4);
        let other = Semaphore::new(1);
        let mut mine = semaphore.try_acquire().unwrap();
        assert_eq!(
            panic_text(|| mine.merge(other.try_acquire().unwrap())),
            "permits of two semaphores cannot be merged"
        );
        drop(mine);
        assert_eq!((semaphore.available_permits(), other.available_permits()), (4, 1));
    }

    async fn a_bounded_one_never_has_more_than_its_limit() {
        let semaphore = Semaphore::bounded(2);
        let held = semaphore.try_acquire_many(2).unwrap();
        assert!(semaphore.try_release(1).is_err(), "what is held comes back by itself");
        held.forget();
        semaphore.release(1);
        assert_eq!(semaphore.available_permits(), 1);
        assert!(semaphore.try_release(2).is_err());
        assert_eq!(semaphore.available_permits(), 1, "all or none");
        semaphore.release(1);
        assert_eq!(
            panic_text(|| semaphore.release(1)),
            "1 permits released, but the semaphore would then have more than its limit of 2"
        );
        assert_eq!(
            panic_text(|| Semaphore::new(1).release(usize::MAX)),
            format!(
                "{0} permits released, but the semaphore would then have more than its limit of {0}",
                usize::MAX
            )
        );
    }

    async fn more_than_a_bounded_one_can_have_is_refused_at_once() {
        let semaphore = Semaphore::bounded(2);
        assert_eq!(semaphore.acquire_many(3).await.unwrap_err(), AcquireError::OverLimit);
        assert_eq!(semaphore.try_acquire_many(3).unwrap_err(), TryAcquireError::OverLimit);
        assert!(semaphore.try_acquire_many(2).is_ok());
    }

    async fn closing_tells_those_who_wait_and_leaves_what_is_held() {
        let semaphore = Counted::new(Semaphore::new(1));
        let held = semaphore.acquire().await.unwrap();
        let task = {
            let semaphore = semaphore.clone();
            spawn_local(async move { semaphore.acquire().await.map(|permit| permit.count()) })
        };
        let mut granted = semaphore.acquire();
        settle().await;
        semaphore.close();
        assert_eq!(task.await.unwrap(), Err(AcquireError::Closed));
        assert_eq!(semaphore.acquire().await.unwrap_err(), AcquireError::Closed);
        assert_eq!(semaphore.try_acquire().unwrap_err(), TryAcquireError::Closed);
        assert!(matches!(poll(&mut granted), std::task::Poll::Ready(Err(AcquireError::Closed))));
        drop(held);
        assert!(semaphore.is_closed());
        assert_eq!(
            format!("{semaphore:?}"),
            "Semaphore { available_permits: 1, waiting: 0, is_closed: true }"
        );
    }

    async fn what_was_granted_before_the_close_is_had() {
        let semaphore = Semaphore::new(0);
        let mut acquire = semaphore.acquire();
        assert!(poll(&mut acquire).is_pending());
        semaphore.release(1);
        semaphore.close();
        assert_eq!(acquire.await.unwrap().count(), 1);
    }

    async fn owned_permits_outlive_the_borrow() {
        let semaphore = Counted::new(Semaphore::new(2));
        let two = semaphore.acquire_many_owned(2).await.unwrap();
        assert!(semaphore.try_acquire_many_owned(1).is_err());
        let mut waiting = semaphore.acquire_owned();
        assert!(poll(&mut waiting).is_pending());
        let task = spawn_local(async move {
            sleep(std::time::Duration::from_secs(1)).await;
            drop(two);
        });
        let one = waiting.await.unwrap();
        task.await.unwrap();
        assert_eq!((one.count(), semaphore.available_permits()), (1, 1));
        let weak = Counted::downgrade(&semaphore);
        drop(semaphore);
        assert!(weak.upgrade().is_some());
        drop(one);
        assert!(weak.upgrade().is_none());
    }

    async fn none_are_had_at_once_but_not_before_others() {
        let semaphore = Semaphore::new(0);
        assert_eq!(semaphore.acquire_many(0).await.unwrap().count(), 0);
        let (mut one, mut none) = (semaphore.acquire(), semaphore.acquire_many(0));
        assert!(poll(&mut one).is_pending());
        assert!(poll(&mut none).is_pending());
        semaphore.release(1);
        assert!(poll(&mut none).is_ready());
        assert!(poll(&mut one).is_ready());
    }
}
