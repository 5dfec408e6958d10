//! The program on the README's page.
//!
//! ```text
//! worker 0: round 0
//! worker 1: round 0
//! worker 0: round 1
//! worker 1: round 1
//! ```
#![feature(coroutines)]
use std::time::Duration;

#[coweave::coroutine]
fn worker(id: u32) {
    for round in 0..2 {
        println!("worker {id}: round {round}");
        coweave::sleep(Duration::from_millis(100)).await;
    }
}

#[coweave::main]
async fn main() {
    let workers: Vec<_> = (0..2).map(|id| coweave::spawn(worker(id))).collect();
    for worker in workers {
        worker.await.unwrap();
    }
}
