trait Shape {
    /// Documented.
    #[coweave::coroutine]
    fn area(&self, scale: u32) -> u32;

    #[coweave::coroutine(yield = u32)]
    fn sides(&self) {}
}

impl Square {
    #[coweave::coroutine]
    fn grow(&mut self) -> ! {
        loop {
            self.0 += 1;
            yield_now().await;
        }
    }
}
