//! Coroutines of another crate need no feature line; those of the test itself do.
#![feature(coroutines)]

use edition_2021::{Shape, Square, each};

#[coweave::coroutine]
fn areas(shapes: &[Square]) -> u32 {
    let mut sum = 0;
    for shape in shapes {
        sum += shape.doubled().await;
    }
    sum
}

#[coweave::test]
async fn coroutines_of_another_crate() {
    assert_eq!(areas(&[Square(2), Square(3)]).await, 26);
    assert_eq!(each(&[1, 2, 3]).sum::<u32>(), 6);
}
