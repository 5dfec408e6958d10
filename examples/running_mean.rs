//! A two-way generator: what `resume` passes in is what `yield` evaluates to.
//!
//! ```text
//! 10.0 makes the mean 10.00
//! 20.0 makes the mean 15.00
//! 0.0 makes the mean 10.00
//! 7.5 makes the mean 9.38
//! 4 numbers were averaged
//! ```
#![feature(coroutines)]

use coweave::CoroutineState::{Complete, Yielded};

#[coweave::coroutine(yield = f64, resume = f64)]
fn running_mean(first: f64) -> usize {
    let (mut sum, mut count) = (first, 1);
    loop {
        let next = yield sum / count as f64;
        if next.is_nan() {
            return count;
        }
        sum += next;
        count += 1;
    }
}

fn main() {
    let mut mean = running_mean(10.0);
    let mut number = 10.0;
    let mut state = mean.start();
    let mut further = [20.0, 0.0, 7.5, f64::NAN].into_iter();
    loop {
        match state {
            Yielded(mean) => println!("{number:.1} makes the mean {mean:.2}"),
            Complete(count) => return println!("{count} numbers were averaged"),
        }
        let Some(next) = further.next() else { return };
        number = next;
        state = mean.resume(number);
    }
}
