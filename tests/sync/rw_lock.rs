//! `RwLock`.

use coweave::{spawn_local, yield_now};

use crate::support::{Trace, forget, in_both_modes, poll, settle};

in_both_modes! {
    async fn readers_share_and_a_writer_is_alone() {
        let trace = Trace::new();
        let lock = Counted::new(RwLock::new(0));
        let tasks: Vec<_> = ["read", "read", "write", "read", "write", "read", "read"]
            .into_iter()
            .enumerate()
            .map(|(n, what)| {
                let (lock, trace) = (lock.clone(), trace.clone());
                spawn_local(async move {
                    if what == "read" {
                        let guard = lock.read().await;
                        trace.add(format!("{n} reads {}", *guard));
                        yield_now().await;
                        assert!(lock.try_write().is_none());
                    } else {
                        let mut guard = lock.write().await;
                        trace.add(format!("{n} writes"));
                        yield_now().await;
                        assert!(lock.try_read().is_none());
                        *guard += 1;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(
            trace,
            [
                "0 reads 0", "1 reads 0", "2 writes", "3 reads 1", "4 writes", "5 reads 2",
                "6 reads 2"
            ]
        );
    }

    async fn a_try_that_fails_changes_nothing() {
        let lock = RwLock::new(());
        let writer = lock.write().await;
        assert!(lock.try_read().is_none() && lock.try_read().is_none());
        assert!(lock.try_write().is_none() && lock.try_write().is_none());
        drop(writer);
        let (_one, _other) = (lock.read().await, lock.try_read().unwrap());
        assert!(lock.try_write().is_none() && lock.try_write().is_none());
    }

    async fn a_writer_that_waits_is_not_starved_by_readers() {
        let lock = RwLock::new(());
        let reader = lock.read().await;
        let mut writer = lock.write();
        assert!(poll(&mut writer).is_pending());
        assert!(lock.try_read().is_none());
        let mut late = lock.read();
        assert!(poll(&mut late).is_pending());
        drop(reader);
        let guard = writer.await;
        assert!(poll(&mut late).is_pending());
        drop(guard);
        assert!(poll(&mut late).is_ready());
    }

    async fn a_writer_that_leaves_lets_the_readers_behind_it_go_on() {
        let lock = RwLock::new(());
        let _reader = lock.read().await;
        let (mut writer, mut late) = (lock.write(), lock.read());
        assert!(poll(&mut writer).is_pending());
        assert!(poll(&mut late).is_pending());
        drop(writer);
        assert!(poll(&mut late).is_ready());
    }

    async fn what_was_granted_to_one_who_leaves_is_unlocked() {
        let lock = RwLock::new(());
        let writer = lock.write().await;
        let (mut read, mut write) = (lock.read(), lock.write());
        assert!(poll(&mut read).is_pending());
        assert!(poll(&mut write).is_pending());
        drop(writer);
        drop(read);
        assert!(lock.try_read().is_none(), "it is the writer's");
        drop(write);
        assert!(lock.try_write().is_some());
    }

    async fn a_write_guard_becomes_a_read_guard_with_nobody_in_between() {
        let trace = Trace::new();
        let lock = Counted::new(RwLock::new(1));
        let mut writer = lock.write().await;
        let tasks: Vec<_> = [false, true, false].into_iter().map(|writes| {
            let (lock, trace) = (lock.clone(), trace.clone());
            spawn_local(async move {
                if writes {
                    *lock.write().await = 3;
                } else {
                    trace.add(format!("reads {}", *lock.read().await));
                }
            })
        }).collect();
        settle().await;
        *writer = 2;
        let reader = coweave::sync::RwLockWriteGuard::downgrade(writer);
        settle().await;
        trace.add(format!("still {}", *reader));
        drop(reader);
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(trace, ["reads 2", "still 2", "reads 3"]);
    }

    async fn a_task_that_panics_unlocks() {
        let lock = Counted::new(RwLock::new(0));
        let inner = lock.clone();
        let task = spawn_local(async move {
            let _guard = inner.write().await;
            yield_now().await;
            panic!("as it should");
        });
        let value = *lock.read().await;
        assert!(task.await.unwrap_err().is_panic());
        assert_eq!((value, format!("{lock:?}")), (0, "RwLock { value: 0 }".to_owned()));
        let _guard = lock.write().await;
        assert_eq!(format!("{lock:?}"), "RwLock { value: <locked> }");
    }

    async fn what_is_leaked_breaks_only_its_own_lock() {
        let mut lock = RwLock::new(1);
        forget(lock.try_read());
        assert!(lock.try_write().is_none());
        assert!(lock.try_read().is_some());
        let mut half_awaited = lock.write();
        assert!(poll(&mut half_awaited).is_pending());
        forget(half_awaited);
        assert!(lock.try_read().is_none());
        *lock.get_mut() = 2;
        assert_eq!(lock.into_inner(), 2);
    }
}
