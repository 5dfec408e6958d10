//! On virtual time, what runs when is a function of the program alone.

use std::pin::Pin;
use std::time::Duration;

use coweave::{Instant, JoinHandle, sleep, spawn, yield_now};

use crate::support::{Trace, virtual_scheduler};

/// Numbers that look random (the xorshift generator of Marsaglia, with its usual shifts).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

/// Boxed, because it spawns itself.
fn wanders(trace: Trace, seed: u64, depth: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(steps(trace, seed, depth))
}

async fn steps(trace: Trace, seed: u64, depth: u64) -> u64 {
    let mut numbers = Numbers(seed);
    let mut children: Vec<JoinHandle<u64>> = Vec::new();
    let mut sum = seed;
    for step in 0..8 {
        match numbers.next(6) {
            0 | 1 => sleep(Duration::from_millis(numbers.next(20))).await,
            2 => yield_now().await,
            3 if depth > 0 => {
                let seed = numbers.next(u64::MAX - 1) + 1;
                children.push(spawn(wanders(trace.clone(), seed, depth - 1)));
            }
            4 => {
                if let Some(child) = children.pop() {
                    sum ^= child.await.unwrap_or(0);
                }
            }
            _ => {
                if let Some(child) = children.first() {
                    child.cancel();
                }
            }
        }
        trace.add(format!("{seed} {step} {:?}", Instant::now()));
    }
    sum
}

fn traced(seed: u64) -> Trace {
    let trace = Trace::new();
    let mut scheduler = virtual_scheduler();
    let sum = scheduler.run(async {
        let tasks: Vec<_> =
            (1..20).map(|n| spawn(wanders(trace.clone(), seed + n * 7919, 3))).collect();
        let mut sum = 0;
        for task in tasks {
            sum ^= task.await.unwrap();
        }
        sum
    });
    trace.add(sum);
    trace.add(scheduler.run_until_idle());
    trace
}

#[test]
fn one_program_has_one_order_of_events_on_virtual_time() {
    let first = traced(1);
    assert!(first.to_vec().len() > 300, "the program does something");
    assert!(first != traced(2).to_vec(), "another program has another order");
    assert_eq!(first, traced(1).to_vec());
}
