//! A crate that knows coweave through another library only.
#![feature(coroutines)]

facade::generator_of! {
    /// Yields twice.
    pub fn both(a: u32, b: u32) -> u32 {
        yield a;
        yield_all!([b]);
    }
}

facade::twice!(pub doubled, n: u32, core::future::ready(n));

/// The attribute by the facade's path.
#[facade::coweave::coroutine(crate = facade::coweave, stream = u32)]
pub fn stream(n: u32) {
    yield doubled(n).await;
}

#[facade::coweave::test(crate = facade::coweave)]
async fn macros_of_another_library_write_coroutines() {
    assert_eq!(both(1, 2).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(stream(4).next().await, Some(8));
}
