// SPDX-License-Identifier: Apache-2.0

import Testing

/// C that the semantics does not have is named with its place, never skipped.
@Suite struct UnsupportedTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func float() async throws {
    let run = try await verify(
      "return helper(nr_ranges);",
      "static void *helper(unsigned int n)\n{\n\tdouble d = n;\n\treturn (void *)(long)(d / 3);\n}")
    #expect(run.errors.contains("s.c:4: error: "))
  }

  @Test func inlineAssembly() async throws {
    let run = try await verify(
      "asm volatile(\"nop\");\n\treturn NULL;")
    #expect(run.errors.contains("s.c:5: error: "))
    #expect(run.errors.contains("inline assembly"))
  }

  /// Where a walk is that has found nothing more depends on how the XArray's nodes lie.
  @Test func walkBehindItsEnd() async throws {
    let spec = try scratch.spec(
      "return NULL;",
      before: """
        static void *map_file(struct address_space *mapping, loff_t start, loff_t end)
        {
        \tXA_STATE(xas, &mapping->i_pages, start >> PAGE_SHIFT);

        \trcu_read_lock();
        \twhile (xas_find(&xas, (start >> PAGE_SHIFT) + 1))
        \t\t;
        \txas_find(&xas, end >> PAGE_SHIFT);
        \trcu_read_unlock();
        \treturn NULL;
        }
        """,
      fields: ".map_file = map_file, .unmap = vunmap, .bound = { .ranges = 1, .pages = 1 },")
    let run = try await scratch.verify(spec)
    #expect(run.status == 2)
    #expect(run.errors.contains("xas_going_on_behind_its_end_is_not_modelled()"))
  }

  @Test func variableArguments() async throws {
    let run = try await verify(
      "return helper(1, 2);",
      "static void *helper(int n, ...)\n{\n\treturn NULL;\n}")
    #expect(run.errors.contains("error: "))
    #expect(run.errors.contains("variable"))
  }

  @Test func recursion() async throws {
    let run = try await verify(
      "return helper(nr_ranges);",
      "static void *helper(unsigned int n)\n{\n\treturn n ? helper(n - 1) : NULL;\n}")
    #expect(run.errors.contains("s.c:4: error: recursion is not supported"))
    #expect(run.errors.contains("  in map (s.c:8)"))
  }

  @Test func unmodelledCallee() async throws {
    let run = try await verify(
      "return helper();",
      "void *of_nobody(void);\nstatic void *helper(void)\n{\n\treturn of_nobody();\n}")
    #expect(run.errors.contains("s.c:5: error: of_nobody() is called, but"))
    #expect(run.errors.contains("  in helper (s.c:5)\n  in map (s.c:9)"))
  }

  private func verify(_ body: String, _ before: String = "") async throws -> Vmapcheck.Run {
    _ = try scratch.spec(body, before: before)
    let run = try await scratch.verify("s.c")
    #expect(run.status == 2)
    return run
  }
}
