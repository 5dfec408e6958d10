mod none {
    #[coweave::main(workers = 0)]
    async fn main() {}
}

mod text {
    #[coweave::main(workers = "4")]
    async fn main() {}
}

mod negative {
    #[coweave::main(workers = -1)]
    async fn main() {}
}

mod twice {
    #[coweave::main(workers = 2, workers = 3)]
    async fn main() {}
}

mod without_a_value {
    #[coweave::main(workers)]
    async fn main() {}
}

mod another_name {
    #[coweave::main(worker_threads = 2)]
    async fn main() {}
}

mod another_type {
    #[coweave::main(workers = 2.5_f64 as u8)]
    async fn main() {}
}

fn main() {}
