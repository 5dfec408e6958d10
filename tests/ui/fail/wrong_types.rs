#![feature(coroutines)]

#[coweave::coroutine(yield = u32)]
fn item() {
    yield "one";
}

#[coweave::coroutine(stream = u32)]
fn stream_item() {
    yield "one";
}

#[coweave::coroutine]
fn output(early: bool) -> u32 {
    if early {
        return "early";
    }
    "late"
}

#[coweave::coroutine]
fn awaited() {
    let name: String = std::future::ready(1).await;
    drop(name);
}

#[coweave::coroutine]
fn no_output() -> u32 {}

#[coweave::coroutine(yield = u32, resume = f64)]
fn resumed() {
    let name: String = yield 1;
    drop(name);
}

fn main() {
    item().resume("no");
}
