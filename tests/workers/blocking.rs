//! Blocking jobs of a scheduler of several workers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use coweave::{spawn, spawn_blocking, yield_now};

use crate::support::{in_teams, team};

#[test]
fn tasks_on_all_workers_await_jobs() {
    in_teams(|workers| {
        let sum: u64 = team(workers).run(async {
            let tasks: Vec<_> = (0..100)
                .map(|n| {
                    spawn(async move {
                        yield_now().await;
                        spawn_blocking(move || n).await.unwrap()
                    })
                })
                .collect();
            let mut sum = 0;
            for task in tasks {
                sum += task.await.unwrap();
            }
            sum
        });
        assert_eq!(sum, 4950);
    });
}

/// The tasks of the jobs are ready at a worker that does not come to them: others must not take the
/// jobs' handles for given up.
#[test]
fn jobs_of_other_threads_give_their_outputs_though_tasks_are_taken() {
    in_teams(|workers| {
        let mut scheduler = team(workers);
        let handle = scheduler.handle();
        let is_held = Arc::new(AtomicBool::new(true));
        let held = is_held.clone();
        let jobs = thread::spawn(move || {
            let jobs: Vec<_> = (0..100).map(|n| handle.spawn_blocking(move || n)).collect();
            // Long enough that another worker looks.
            thread::sleep(std::time::Duration::from_millis(30));
            held.store(false, Ordering::Release);
            jobs
        });
        let sum: u64 = scheduler.run(async move {
            while is_held.load(Ordering::Acquire) {
                thread::yield_now();
            }
            let mut sum = 0;
            for job in jobs.join().unwrap() {
                sum += job.await.unwrap();
            }
            sum
        });
        assert_eq!(sum, 4950);
    });
}
