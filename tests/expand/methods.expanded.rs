// `p` is `::coweave::__private`; paths into `core` are shortened.

trait Shape {
    /// Documented.
    fn area(&self, scale: u32) -> impl ::core::future::Future<Output = u32>;
    fn sides(
        &self,
    ) -> ::coweave::Generator<
        impl ::coweave::Frame<Yield = u32, Resume = (), Return = ()>,
    > {
        p::generator::<
            u32,
            (),
            (),
            _,
        >(
            #[coroutine]
            #[inline(always)]
            static move |_: ::core::option::Option<_>| -> () {
                #[allow(unused_imports)]
                use p::IntoSource as _;
                let _ = (&self,);
            },
        )
    }
}
impl Square {
    fn grow(
        &mut self,
    ) -> impl ::core::future::Future<
        Output = <fn() -> ! as p::Returned>::Output,
    > {
        p::task(
            #[coroutine]
            #[inline(always)]
            static move |mut __cx: p::ResumeArg| -> ! {
                #[allow(unused_imports)]
                use p::IntoLeaf as _;
                let _ = (&self,);
                loop {
                    self.0 += 1;
                    {
                        match p::Awaited(yield_now())
                            .__coweave_into_leaf()
                        {
                            mut __leaf => {
                                loop {
                                    static __SITE: p::Site = p::Site::new(
                                        "grow",
                                        "source.rs",
                                        15u32,
                                        25u32,
                                    );
                                    match unsafe {
                                        p::step(&mut __leaf, __cx, &__SITE)
                                    } {
                                        Ready(__output) => break __output,
                                        Pending => {}
                                    }
                                    __cx = yield ();
                                    if let Some(__output) = unsafe {
                                        p::resumed(&mut __leaf)
                                    } {
                                        break __output;
                                    }
                                }
                            }
                        }
                    };
                }
            },
        )
    }
}
