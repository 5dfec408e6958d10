const COUNT: usize = 2;

#[coweave::main(workers = COUNT)]
async fn main() {
    let task = coweave::spawn(async { 6 * 7 });
    assert_eq!(task.await.unwrap(), 42);
}
