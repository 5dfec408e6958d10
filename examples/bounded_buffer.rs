//! Producers and consumers with a buffer between them that has room for two: once it is full, the
//! producers are as slow as the consumer.
//!
//! ```text
//!  100 ms: a1 sent, 0 in the buffer
//!  100 ms: b1 sent, 1 in the buffer
//!  100 ms:           a1 received
//!  200 ms: a2 sent, 2 in the buffer
//!  350 ms:           b1 received
//!  350 ms: b2 sent after 150ms without room
//!  600 ms:           a2 received
//!  600 ms: a3 sent after 300ms without room
//!  850 ms:           b2 received
//!  850 ms: b3 sent after 400ms without room
//! 1100 ms:           a3 received
//! 1100 ms: a4 sent after 400ms without room
//! 1350 ms:           b3 received
//! 1350 ms: b4 sent after 400ms without room
//! 1600 ms:           a4 received
//! 1850 ms:           b4 received
//! 2100 ms:           nothing more comes
//! ```
#![feature(coroutines)]

use std::time::Duration;

use coweave::channel::{Receiver, Sender, bounded};
use coweave::{Instant, Scheduler, sleep, spawn};

/// Makes an item every 100 ms, unless it has to wait for room.
#[coweave::coroutine]
fn producer(name: char, buffer: Sender<String>) {
    let start = Instant::now();
    for n in 1..=4 {
        sleep(Duration::from_millis(100)).await;
        let item = format!("{name}{n}");
        let made = Instant::now();
        buffer.send(item.clone()).await.expect("the consumer is there to the end");
        let waited = made.elapsed();
        // A receiver that waits gets the item at once, and nothing is in the buffer.
        print!("{:>4} ms: {item} sent", start.elapsed().as_millis());
        if waited.is_zero() {
            println!(", {} in the buffer", buffer.len());
        } else {
            println!(" after {waited:?} without room");
        }
    }
}

/// Takes 250 ms for an item.
#[coweave::coroutine]
fn consumer(buffer: Receiver<String>) {
    let start = Instant::now();
    while let Ok(item) = buffer.recv().await {
        println!("{:>4} ms:           {item} received", start.elapsed().as_millis());
        sleep(Duration::from_millis(250)).await;
    }
    // All producers have gone, and what they sent has been received.
    println!("{:>4} ms:           nothing more comes", start.elapsed().as_millis());
}

fn main() -> Result<(), coweave::BuildError> {
    Scheduler::builder().virtual_time().build()?.run(async {
        let (sender, receiver) = bounded(2);
        let consumer = spawn(consumer(receiver));
        for name in ['a', 'b'] {
            drop(spawn(producer(name, sender.clone())));
        }
        drop(sender); // or the consumer would wait for what this one might send
        consumer.await.expect("the consumer does not panic");
    });
    Ok(())
}
