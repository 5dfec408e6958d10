//! A pipeline: stages that are streams, each drawing from the one before, with sleeps in between.
//!
//! ```text
//! 1.2s: sensor 0 mean of 3 readings is 12.0
//! 1.2s: sensor 1 mean of 3 readings is 22.0
//! 2.4s: sensor 0 mean of 3 readings is 15.0
//! 2.4s: sensor 1 mean of 3 readings is 25.0
//! ```
#![feature(coroutines)]

use std::time::Duration;

use coweave::{Instant, Scheduler, StreamFrame, Streaming, sleep, spawn};

/// The first stage: a reading every 400 ms.
#[coweave::coroutine(stream = u32)]
fn readings(base: u32, count: u32) {
    for n in 1..=count {
        sleep(Duration::from_millis(400)).await;
        yield base + n;
    }
}

/// Gathers what it draws into groups.
#[coweave::coroutine(stream = Vec<u32>)]
fn in_groups_of(size: usize, mut numbers: Streaming<impl StreamFrame<Item = u32>>) {
    let mut group = Vec::with_capacity(size);
    while let Some(number) = numbers.next().await {
        group.push(number);
        if group.len() == size {
            yield std::mem::take(&mut group);
        }
    }
    if !group.is_empty() {
        yield group;
    }
}

/// Turns each group into a line.
#[coweave::coroutine(stream = String)]
fn means(mut groups: Streaming<impl StreamFrame<Item = Vec<u32>>>) {
    while let Some(group) = groups.next().await {
        let mean = f64::from(group.iter().sum::<u32>()) / group.len() as f64;
        yield format!("mean of {} readings is {mean:.1}", group.len());
    }
}

#[coweave::coroutine]
fn sensor(id: u32, start: Instant) {
    let mut lines = means(in_groups_of(3, readings(10 + 10 * id, 6)));
    while let Some(line) = lines.next().await {
        println!("{:?}: sensor {id} {line}", start.elapsed());
    }
}

fn main() -> Result<(), coweave::BuildError> {
    Scheduler::builder().virtual_time().build()?.run(async {
        let start = Instant::now();
        let sensors: Vec<_> = (0..2).map(|id| spawn(sensor(id, start))).collect();
        for sensor in sensors {
            sensor.await.expect("no sensor panics");
        }
    });
    Ok(())
}
