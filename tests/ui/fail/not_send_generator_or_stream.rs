#![feature(coroutines)]
use std::future::ready;
use std::rc::Rc;

fn send<T: Send>(_: T) {}

#[coweave::coroutine(yield = u32)]
fn generator() {
    let shared = Rc::new(1);
    yield 1;
    drop(shared);
}

#[coweave::coroutine(stream = u32)]
fn stream(shared: Rc<u32>) {
    yield ready(*shared).await;
}

#[coweave::coroutine]
fn forwards(shared: Rc<u32>) -> u32 {
    unwraps(shared).await
}

#[coweave::coroutine]
fn unwraps(shared: Rc<u32>) -> u32 {
    *shared
}

fn main() {
    send(generator());
    send(stream(Rc::new(1)));
    send(forwards(Rc::new(1)));
}
