//! Generators are iterators: endless ones, ones that read their arguments, ones that delegate.
//!
//! ```text
//! fibonacci: 0 1 1 2 3 5 8 13 21 34
//! primes:    2 3 5 7 11 13 17 19 23 29
//! words:     ["coroutines", "suspend", "and", "resume"]
//! parsed:    [1, 2], then invalid digit found in string
//! collatz:   6 3 10 5 16 8 4 2, reached after 8 steps
//! ```
#![feature(coroutines)]

use std::num::ParseIntError;

#[coweave::coroutine(yield = u64)]
fn fibonacci() {
    let (mut a, mut b) = (0, 1);
    loop {
        yield a;
        (a, b) = (b, a + b);
    }
}

/// Each prime that is found is remembered in the generator's frame.
#[coweave::coroutine(yield = u32)]
fn primes() {
    let mut found: Vec<u32> = Vec::new();
    for candidate in 2.. {
        if found.iter().all(|prime| candidate % prime != 0) {
            found.push(candidate);
            yield candidate;
        }
    }
}

/// Borrows from its argument.
#[coweave::coroutine(yield = &str)]
fn words(text: &str) {
    for line in text.lines() {
        yield_all!(line.split_whitespace());
    }
}

/// `?` ends the generator; its return value says why.
#[coweave::coroutine(yield = u32)]
fn parsed(texts: &[&str]) -> Result<(), ParseIntError> {
    for text in texts {
        yield text.parse()?;
    }
    Ok(())
}

#[coweave::coroutine(yield = u32)]
fn collatz(mut number: u32) -> usize {
    let mut steps = 0;
    while number != 1 {
        yield number;
        number = if number.is_multiple_of(2) { number / 2 } else { 3 * number + 1 };
        steps += 1;
    }
    steps
}

fn joined(numbers: impl Iterator<Item = impl ToString>) -> String {
    numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(" ")
}

fn main() {
    println!("fibonacci: {}", joined(fibonacci().take(10)));
    println!("primes:    {}", joined(primes().take(10)));

    let text = "coroutines suspend\nand resume".to_owned();
    println!("words:     {:?}", words(&text).collect::<Vec<_>>());

    let mut numbers = parsed(&["1", "2", "x", "4"]);
    let good: Vec<u32> = numbers.by_ref().collect();
    if let Some(Err(error)) = numbers.take_return() {
        println!("parsed:    {good:?}, then {error}");
    }

    let mut sequence = collatz(6);
    let items = joined(sequence.by_ref());
    if let Some(steps) = sequence.take_return() {
        println!("collatz:   {items}, reached after {steps} steps");
    }
}
