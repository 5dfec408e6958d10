#![feature(coroutines)]

// The attribute cannot see into what another macro expands to. Were this `yield` compiled, it would
// suspend without taking the next resume's context, and what follows would use a dangling one.
macro_rules! hidden {
    () => {
        yield ()
    };
}

#[coweave::coroutine]
fn task() {
    std::future::ready(()).await;
    let _ = hidden!();
    std::future::ready(()).await;
}

#[coweave::coroutine(stream = u32)]
fn stream() {
    std::future::ready(()).await;
    let _ = hidden!();
    std::future::ready(()).await;
}

fn main() {}
