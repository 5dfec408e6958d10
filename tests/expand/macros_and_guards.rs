#[coweave::coroutine]
fn checks(items: &[u32], at: usize) {
    assert!(is_ready(at).await);
    println!("{:?}", vec![first().await; 2]);
    match items[at] {
        n if is_even(n).await => (),
        _ => (),
    }
}
