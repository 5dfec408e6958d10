//! `max_frame = N`: what is said, while compiling, of a frame that is larger.

use super::{Frame, Generator, StreamFrame, Streaming};

/// A handle whose frame is in a box.
pub trait BoxedFrame {
    /// The bytes in the box.
    const SIZE: usize;
}

#[doc(hidden)]
impl<F: Frame> BoxedFrame for Generator<F> {
    const SIZE: usize = size_of::<F>();
}

#[doc(hidden)]
impl<F: StreamFrame> BoxedFrame for Streaming<F> {
    const SIZE: usize = size_of::<F>();
}

/// Where a function is only named like the one that is looked for.
impl BoxedFrame for () {
    const SIZE: usize = 0;
}

/// Refuses a frame of more than `max` bytes, at the caller's place.
#[track_caller]
pub const fn check_frame(function: &str, size: usize, max: usize) {
    if size > max {
        let mut message = Message::new();
        message.text("the frame of `");
        message.text(function);
        message.text("` takes ");
        message.number(size);
        message.text(" bytes, more than `max_frame = ");
        message.number(max);
        message.text("`: what lives across a suspension is in it; box what is large");
        panic!("{}", message.as_str());
    }
}

/// A text that is put together while compiling; what does not fit is cut off.
struct Message {
    bytes: [u8; 256],
    length: usize,
}

impl Message {
    const fn new() -> Self {
        Self { bytes: [0; 256], length: 0 }
    }

    const fn byte(&mut self, byte: u8) {
        if self.length < self.bytes.len() {
            self.bytes[self.length] = byte;
            self.length += 1;
        }
    }

    const fn text(&mut self, text: &str) {
        let (text, mut position) = (text.as_bytes(), 0);
        while position < text.len() {
            self.byte(text[position]);
            position += 1;
        }
    }

    const fn number(&mut self, number: usize) {
        if number >= 10 {
            self.number(number / 10);
        }
        self.byte(b'0' + (number % 10) as u8);
    }

    const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "the frame is larger than `max_frame`",
        }
    }
}
