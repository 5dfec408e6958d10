//! What a task's frame holds.

use coweave::{join, select, yield_now};

async fn large() {
    let bytes = [1_u8; 1000];
    yield_now().await;
    assert_eq!(bytes[999], 1);
}

#[coweave::coroutine]
fn selects() {
    select! {
        () = large() => {}
        () = large() => {}
    }
}

async fn selects_in_async_code() {
    select! {
        () = large() => {}
        () = large() => {}
    }
}

#[coweave::coroutine]
fn joins() {
    join!(large(), large());
}

#[test]
fn each_future_lies_in_the_frame_once() {
    let both = 2 * size_of_val(&large());
    let sizes =
        [size_of_val(&selects()), size_of_val(&selects_in_async_code()), size_of_val(&joins())];
    assert!(sizes.iter().all(|size| (both..both + 64).contains(size)), "{sizes:?}");
}
