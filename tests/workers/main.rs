//! Several workers.

use std::time::{Duration, Instant};

use coweave::{Scheduler, spawn, yield_now};

#[test]
fn tasks_are_joined() {
    let mut scheduler = Scheduler::builder().workers(2).build().unwrap();
    let sum = scheduler.run(async {
        let tasks: Vec<_> = (0..10_000_u64)
            .map(|n| {
                spawn(async move {
                    yield_now().await;
                    n
                })
            })
            .collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        sum
    });
    assert_eq!(sum, 10_000 * 9_999 / 2);
}

#[test]
fn what_is_behind_a_task_that_blocks_runs_elsewhere() {
    let mut scheduler = Scheduler::builder().workers(2).build().unwrap();
    let latest = scheduler.run(async {
        let start = Instant::now();
        drop(spawn(async { std::thread::sleep(Duration::from_secs(1)) }));
        let tasks: Vec<_> = (0..100)
            .map(|_| {
                spawn(async move {
                    let began = start.elapsed();
                    yield_now().await;
                    (began, start.elapsed())
                })
            })
            .collect();
        let mut latest = (Duration::ZERO, Duration::ZERO);
        for task in tasks {
            let (began, ended) = task.await.unwrap();
            latest = (latest.0.max(began), latest.1.max(ended));
        }
        latest
    });
    println!("{latest:?}");
    assert!(latest.1 < Duration::from_millis(250), "{latest:?}");
}

#[test]
fn skynet() {
    fn node(depth: u32, number: u64) -> std::pin::Pin<Box<dyn Future<Output = u64> + Send>> {
        Box::pin(async move {
            if depth == 0 {
                return number;
            }
            let width = 10_u64.pow(depth - 1);
            let children: Vec<_> =
                (0..10).map(|child| spawn(node(depth - 1, number + child * width))).collect();
            let mut sum = 0;
            for child in children {
                sum += child.await.unwrap();
            }
            sum
        })
    }
    let mut scheduler = Scheduler::builder().workers(2).build().unwrap();
    for _ in 0..5 {
        let start = Instant::now();
        assert_eq!(scheduler.run(node(6, 0)), 499_999_500_000);
        println!("{:?}", start.elapsed());
    }
}
