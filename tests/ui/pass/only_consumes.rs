//! Naming and driving generators needs no feature.
#![deny(warnings)]

use coweave::{CoroutineState, Frame, Generator, StreamFrame, Streaming};

pub fn drive<Y, R>(mut generator: Generator<impl Frame<Yield = Y, Resume = (), Return = R>>) -> R {
    let mut state = generator.start();
    loop {
        match state {
            CoroutineState::Yielded(_) => state = generator.resume(()),
            CoroutineState::Complete(output) => return output,
        }
    }
}

pub async fn first<F: StreamFrame>(mut stream: Streaming<F>) -> Option<F::Item> {
    stream.next().await
}

pub fn sum(erased: Generator<dyn Frame<Yield = u32, Resume = (), Return = ()> + Send>) -> u32 {
    erased.sum()
}

fn main() {}
