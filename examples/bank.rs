//! A mistake that shows in few orders, and how it is found: two payments out of one account. The rent
//! waits for an approval, and what was read before that is written after it.
//!
//! ```text
//! first in first out: right
//! seed 69 fails, after 69 that did not: task 1 panicked: 50 are left, not 30
//! seed 69 again:
//!   rent: 100 are there
//!   tea: 100 are there
//!   tea: 80 are left
//!   rent: 50 are left
//! ```
//!
//! With `--locked` a payment holds the account's lock until its end:
//!
//! ```text
//! first in first out: right
//! right in 1000 orders
//! ```
//!
//! Run: --locked
#![feature(coroutines)]

use std::cell::Cell;
use std::rc::Rc;

use coweave::sync::local::Mutex;
use coweave::{Scheduler, spawn_local, try_explore, yield_now};
use lexopt::prelude::*;

const USAGE: &str = "\
Usage: bank [--locked]

  --locked   a payment holds the account's lock until its end";

struct Account {
    balance: Cell<u32>,
    lock: Mutex<()>,
    is_locked: bool,
    is_told: bool,
}

impl Account {
    fn tell(&self, purpose: &str, what: &str) {
        if self.is_told {
            println!("  {purpose}: {} {what}", self.balance.get());
        }
    }
}

/// Others go on meanwhile.
#[coweave::coroutine]
fn takes(steps: u32) {
    for _ in 0..steps {
        yield_now().await;
    }
}

#[coweave::coroutine]
fn pays(account: Rc<Account>, purpose: &'static str, amount: u32, way: u32) {
    takes(way).await;
    let _guard = if account.is_locked { Some(account.lock.lock().await) } else { None };
    let before = account.balance.get();
    account.tell(purpose, "are there");
    if amount >= 50 {
        takes(1).await; // somebody approves of it
    }
    account.balance.set(before - amount);
    account.tell(purpose, "are left");
}

#[coweave::coroutine]
fn month(is_locked: bool, is_told: bool) {
    let account = Account { balance: Cell::new(100), lock: Mutex::new(()), is_locked, is_told };
    let account = Rc::new(account);
    let payments = [("rent", 50, 0), ("tea", 20, 8)];
    let payments = payments
        .map(|(purpose, amount, way)| spawn_local(pays(account.clone(), purpose, amount, way)));
    for payment in payments {
        payment.await.expect("a payment does not panic");
    }
    let left = account.balance.get();
    assert!(left == 30, "{left} are left, not 30");
}

fn is_locked() -> Result<bool, lexopt::Error> {
    let mut is_locked = false;
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("locked") => is_locked = true,
            Short('h') | Long("help") => {
                println!("{USAGE}");
                std::process::exit(0);
            }
            Short(_) | Long(_) | Value(_) => return Err(argument.unexpected()),
        }
    }
    Ok(is_locked)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let is_locked = is_locked().inspect_err(|_| eprintln!("{USAGE}\n"))?;
    Scheduler::builder().virtual_time().build()?.run(month(is_locked, false));
    println!("first in first out: right");
    match try_explore(0..1000, || month(is_locked, false)) {
        Ok(count) => println!("right in {count} orders"),
        Err(error) => {
            println!("{error}\nseed {} again:", error.seed());
            drop(try_explore([error.seed()], || month(is_locked, true)));
        }
    }
    Ok(())
}
