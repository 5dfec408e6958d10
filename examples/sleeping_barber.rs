//! The sleeping barber (Dijkstra, 1965): he cuts one customer's hair at a time, others wait on two
//! chairs, whoever finds no free chair leaves, and while nobody is there he sleeps.
//!
//! ```text
//!  9:00 the barber sleeps
//!  9:05 customer 1 sits down
//!  9:05 the barber cuts the hair of customer 1
//!  9:10 customer 2 sits down
//!  9:12 customer 3 sits down
//!  9:15 customer 4 finds no free chair
//!  9:25 the barber cuts the hair of customer 2
//!  9:25 customer 1 pays
//!  9:30 customer 5 sits down
//!  9:31 customer 6 finds no free chair
//!  9:45 the barber cuts the hair of customer 3
//!  9:45 customer 2 pays
//! 10:05 the barber cuts the hair of customer 5
//! 10:05 customer 3 pays
//! 10:25 the barber sleeps
//! 10:25 customer 5 pays
//! 11:00 customer 7 sits down
//! 11:00 the barber cuts the hair of customer 7
//! 11:05 customer 8 sits down
//! 11:20 the barber cuts the hair of customer 8
//! 11:20 customer 7 pays
//! 11:40 the barber sleeps
//! 11:40 customer 8 pays
//! 11:40 the barber goes home
//! 6 served, 2 left
//! ```
#![feature(coroutines)]

use std::time::Duration;

use coweave::channel::{Receiver, Sender, bounded, oneshot};
use coweave::{Instant, Scheduler, spawn, spawn_after};

/// A customer's number, and whom to tell that the hair is cut.
type Customer = (u32, oneshot::Sender<()>);

const CHAIRS: usize = 2;
const HAIRCUT: Duration = Duration::from_mins(20);
/// When customers come, in minutes after the opening.
const ARRIVALS: [u64; 8] = [5, 10, 12, 15, 30, 31, 120, 125];

/// The time of day; the shop opens at nine.
fn clock(opened: Instant) -> String {
    let minutes = opened.elapsed().as_secs() / 60;
    format!("{:2}:{:02}", 9 + minutes / 60, minutes % 60)
}

/// Gives how many customers he has served.
#[coweave::coroutine]
fn barber(opened: Instant, chairs: Receiver<Customer>) -> u32 {
    let mut served = 0;
    loop {
        if chairs.is_empty() {
            println!("{} the barber sleeps", clock(opened));
        }
        let Ok((customer, is_cut)) = chairs.recv().await else { break };
        println!("{} the barber cuts the hair of customer {customer}", clock(opened));
        coweave::sleep(HAIRCUT).await;
        is_cut.send(()).expect("the customer waits");
        served += 1;
    }
    println!("{} the barber goes home", clock(opened));
    served
}

/// Whether the customer's hair was cut.
#[coweave::coroutine]
fn customer(number: u32, opened: Instant, chairs: Sender<Customer>) -> bool {
    let (is_cut, cut) = oneshot();
    if chairs.try_send((number, is_cut)).is_err() {
        println!("{} customer {number} finds no free chair", clock(opened));
        return false;
    }
    println!("{} customer {number} sits down", clock(opened));
    cut.await.expect("the barber serves all who sit");
    println!("{} customer {number} pays", clock(opened));
    true
}

#[coweave::coroutine]
fn day() {
    let opened = Instant::now();
    let (sender, receiver) = bounded(CHAIRS);
    let barber = spawn(barber(opened, receiver));
    let customers: Vec<_> = (1..)
        .zip(ARRIVALS)
        .map(|(number, minutes)| {
            let customer = customer(number, opened, sender.clone());
            spawn_after(Duration::from_mins(minutes), customer)
        })
        .collect();
    drop(sender); // the barber waits for customers, and for nobody else
    let (mut pleased, mut left) = (0, 0);
    for customer in customers {
        if customer.await.expect("no customer panics") {
            pleased += 1;
        } else {
            left += 1;
        }
    }
    let served = barber.await.expect("the barber does not panic");
    assert_eq!(served, pleased);
    println!("{served} served, {left} left");
}

fn main() -> Result<(), coweave::BuildError> {
    Scheduler::builder().virtual_time().build()?.run(day());
    Ok(())
}
