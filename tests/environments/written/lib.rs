//! Coroutines that another procedural macro writes.
#![feature(coroutines)]

writer::coroutines!();

/// By an attribute that adds ours.
#[writer::task]
#[must_use]
pub fn marked(n: u32) -> u32 {
    task(n, n).await + 1
}

#[coweave::test]
async fn coroutines_written_by_another_macro() {
    assert_eq!(forwards(1, 2).await + marked(1).await, 3);
    assert_eq!(generator(1).collect::<Vec<_>>(), [1, 1, 2]);
    assert_eq!(stream(3).next().await, Some(3));
}
