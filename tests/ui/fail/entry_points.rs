#[coweave::test]
fn with_arguments(n: u32) {}

#[coweave::test(workers = 2)]
fn with_options() {}

#[coweave::main]
async fn main(arguments: Vec<String>) {}

#[coweave::main]
async fn other() {}
