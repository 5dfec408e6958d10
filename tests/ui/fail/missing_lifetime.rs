#![feature(coroutines)]
#[coweave::coroutine]
fn two(a: &str, b: &str) -> &str {
    if a.len() > 1 { a } else { b }
}

#[coweave::coroutine(yield = &str)]
fn items(a: &str) {
    yield a;
}

#[coweave::coroutine]
fn shorter<'a, 'b>(a: &'a str, b: &'b str) -> &'a str {
    if a.is_empty() { a } else { b }
}

fn main() {}
