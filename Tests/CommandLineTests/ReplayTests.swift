// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `vmapcheck replay`, on specs that are quick to verify.
@Suite struct ReplayTests {
  /// The file of the one counterexample to a spec of the tests.
  private func counterexample(
    of spec: String, _ property: String, in scratch: Scratch
  ) async throws -> String {
    try scratch.write(
      try await Counterexamples.shared.text(of: spec, property), to: "\(spec).\(property).json")
  }

  private func replay(_ arguments: String...) async throws -> Vmapcheck.Run {
    try await Vmapcheck.run(["replay"] + arguments)
  }

  @Test(arguments: [
    ("twin_maps_exactly", "maps-exactly", "content"),
    ("twin_accepts", "accepts", "page tables"),
    ("twin_tail_write", "tail-write", "page fault"),
    ("twin_tail_read", "tail-read", "page fault"),
    ("twin_in_bounds", "in-bounds", "page fault"),
    ("twin_clean_failure", "clean-failure", "count"),
    ("twin_refs_held", "refs-held", "count"),
    ("twin_cost", "cost", "count"),
    ("twin_no_wrap", "no-wrap", "arithmetic trap"),
    ("twin_api_class", "api-class", "assertion"),
    ("twin_no_splat", "no-splat", "assertion"),
  ])
  func confirms(spec: String, property: String, evidence: String) async throws {
    let scratch = try Scratch()
    let file = try await counterexample(of: spec, property, in: scratch)
    let run = try await replay(file)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    let last = run.output.split(separator: "\n").last ?? ""
    #expect(
      last.hasPrefix(
        "vmapcheck: \(spec): \(property): model says refuted, mmu says confirmed (\(evidence)), "))
    #expect(!run.output.contains("differs"))
  }

  @Test func reportsAFaultInKASANsOrder() async throws {
    let scratch = try Scratch()
    let file = try await counterexample(of: "twin_tail_write", "tail-write", in: scratch)
    let lines = try await replay(file).output.split(separator: "\n").map(String.init)
    #expect(lines.dropFirst().first == "BUG: tail-write in map_pages")
    #expect(lines.contains { $0.hasPrefix("Write at 0x") && $0.contains("permissions violation") })
    #expect(lines.contains { $0.contains("twin_tail_write.c:21") })
  }

  // MARK: Files that cannot be replayed

  @Test func refusesWhatIsNoCounterexampleOfThisVersion() async throws {
    let scratch = try Scratch()
    let file = try await counterexample(of: "twin_accepts", "accepts", in: scratch)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let cases = [
      ("truncated", String(text.prefix(200)), "damaged"),
      ("schema", text.replacing("\"schema\" : 1", with: "\"schema\" : 9"), "has schema 9"),
      (
        "hash", text.replacing("\"specHash\" : \"", with: "\"specHash\" : \"0"),
        "is of another version of"
      ),
      (
        "value", text.replacing(#/"value" : "\d+"/#, with: "\"value\" : \"many\""),
        "which is no number"
      ),
      ("spec", text.replacing("twin_accepts.c\",", with: "gone.c\","), "give --spec PATH"),
      ("key", text.replacing("\"bounds\"", with: "\"limits\""), "'bounds' is missing"),
      (
        "name", text.replacing("\"spec\" : \"twin_accepts\"", with: "\"spec\" : \"gone\""),
        "is of a spec gone; Tests/CommandLineTests/Specs/twin_accepts.c has twin_accepts"
      ),
      (
        "bounds", text.replacing(#/"ranges" : \d+/#, with: "\"ranges\" : -1"),
        "'bounds.ranges' is -1"
      ),
      (
        "tab", text.replacing("\"name\" : \"ranges\"", with: "\"name\" : \"a\\tb\""),
        "the name of inputs[0] has a tab"
      ),
      (
        "twice", text.replacing("\"name\" : \"era\"", with: "\"name\" : \"ranges\""),
        "the input 'ranges' is there twice"
      ),
      (
        "control", text.replacing("\"spec\" : \"twin_accepts\"", with: "\"spec\" : \"\\u001b[1m\""),
        "'spec' is '\u{FFFD}[1m', which is no name in C"
      ),
    ]
    for (name, text, words) in cases {
      let path = try scratch.write(text, to: "\(name).json")
      let run = try await replay(path)
      #expect(run.status == 2, "\(name)")
      #expect(run.errors.contains(words), "\(name): \(run.errors)")
    }
    let missing = try await replay(scratch.path("missing.json"))
    #expect(missing.status == 2)
    #expect(missing.errors.contains("no such file"))
  }

  @Test func saysWhenARunIsNotReproduced() async throws {
    let scratch = try Scratch()
    let file = try await counterexample(of: "twin_maps_exactly", "maps-exactly", in: scratch)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    // The same run is said to leak: it does not.
    let path = try scratch.write(
      text.replacing("\"property\" : \"maps-exactly\"", with: "\"property\" : \"clean-failure\""),
      to: "other.json")
    let run = try await replay(path, "-q")
    #expect(run.status == 1)
    #expect(run.output.contains("mmu says not reproduced: the run violates maps-exactly only"))
  }

  /// A run with other values is another run, whatever it violates.
  @Test func confirmsNothingByOtherValues() async throws {
    let scratch = try Scratch()
    let file = try await counterexample(of: "twin_tail_write", "tail-write", in: scratch)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let order = #/("name" : "order\[0\]",\s+"value" : )"\d+"/#
    let cases = [
      (text.replacing(order) { "\($0.1)\"60\"" }, "no run has the file's order[0] = 60"),
      (
        text.replacing("\"name\" : \"order[0]\"", with: "\"name\" : \"odd[0]\""),
        "the run asks for 'order[0]', which the file does not have"
      ),
    ]
    for (text, words) in cases {
      let run = try await replay(try scratch.write(text, to: "other.json"), "-q")
      #expect(run.status == 1, "\(run.output)")
      #expect(run.output.contains("mmu says not reproduced: \(words)"), "\(run.output)")
    }
  }

  @Test func optionsThatSayNothingAreWrongUsage() async throws {
    let scratch = try Scratch()
    let file = try await counterexample(of: "twin_cost", "cost", in: scratch)
    let spec = "Tests/CommandLineTests/Specs/twin_cost.c"
    let cases = [
      ([file, "--case", "1"], "--case: is for specs"),
      ([file, "--only", "twin_cost"], "--only: is for specs"),
      ([file, "--seed", "1"], "--seed: is for specs"),
      ([spec, "--spec", spec], "--spec: is for counterexamples"),
    ]
    for (arguments, words) in cases {
      let run = try await Vmapcheck.run(["replay"] + arguments)
      #expect(run.status == 2)
      #expect(run.errors.contains(words), "\(run.errors)")
      #expect(run.output.isEmpty)
    }
  }

  // MARK: Drawn cases

  @Test func drawsTheSameCasesFromTheSameSeed() async throws {
    let spec = "Tests/CommandLineTests/Specs/twin_maps_exactly.c"
    let first = try await replay(spec, "--cases", "120", "--seed", "5", "--jobs", "2")
    let second = try await replay(spec, "--cases", "120", "--seed", "5", "--jobs", "1")
    func table(_ run: Vmapcheck.Run) -> [Substring] {
      run.output.split(separator: "\n").filter { !$0.hasPrefix("vmapcheck:") }
    }
    #expect(first.status == 0, "\(first.output)")
    #expect(table(first) == table(second))
    #expect(first.output.contains("model and mmu: agree, 120 of 120 cases, seed 5"))
  }

  /// A machine with one deliberate fault disagrees with the model.
  @Test(arguments: ["tails-writable", "wrong-page", "no-guard", "leak"])
  func noticesAFaultOfTheMachine(fault: String) async throws {
    let run = try await replay(
      "Specs/rfc/vmap_of_pages.c", "--cases", "200", "--machine-fault", fault)
    #expect(run.status == 1)
    #expect(run.output.contains("DISAGREE"))
  }

  /// Every word of struct pages, kept and freed, of every era: the hardware shows what the model
  /// says.
  @Test func structPagesHaveWhatTheModelSays() async throws {
    let scratch = try Scratch()
    let fields = ["flags", "compound_head", "mapping", "index", "private", "_refcount.counter"]
    let loads = fields.map { "(void)READ_ONCE(folio_page(ranges[r].folio, i)->\($0));" }
    let spec = try scratch.write(
      """
      #include <vmapcheck/spec.h>
      static void *map(const struct folio_range *ranges, unsigned int nr_ranges)
      {
      \tfor (unsigned int r = 0; r < nr_ranges; r++)
      \t\tfor (unsigned long i = ranges[r].offset;
      \t\t     i < ranges[r].offset + ranges[r].nr_pages; i++) {
      \t\t\t\(loads.joined(separator: " "))
      \t\t}
      \treturn NULL;
      }
      VMAP_SPEC(s) = { .title = "all words", .map = map, .expect = {
      \t[TAIL_READ] = REFUTED, [ACCEPTS] = REFUTED, [MAPS_EXACTLY] = VACUOUS,
      \t[REFS_HELD] = VACUOUS } };

      """, to: "words.c")
    let run = try await replay(spec, "--cases", "300")
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains("tail-read"))
    #expect(run.output.contains("model and mmu: agree, 300 of 300 cases"))
  }

  @Test func whatASpecDoesNotExpectIsSaid() async throws {
    let scratch = try Scratch()
    let spec = try scratch.spec(refusing)
    let run = try await replay(spec, "--cases", "20")
    #expect(run.status == 1)
    #expect(run.output.contains("20 cases not as the spec expects"))
    #expect(!run.output.contains("DISAGREE"))
  }

  @Test func holdsCasesAgainstVerdicts() async throws {
    let scratch = try Scratch()
    let spec = "Tests/CommandLineTests/Specs/twin_accepts.c"
    let verified = try await Vmapcheck.run([
      "verify", spec, "--format", "json", "--output", scratch.path("ce"),
    ])
    let verdicts = try scratch.write(verified.output, to: "verdicts.json")
    let run = try await replay(spec, "--cases", "40", "--verdicts", verdicts)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains(#/maps-exactly +proved/#))
    #expect(run.output.contains(#/accepts +refuted/#))
    let other = try await replay(
      "Tests/CommandLineTests/Specs/twin_cost.c", "--cases", "40", "--verdicts", verdicts)
    #expect(other.status == 2)
    #expect(other.errors.contains("has no verdicts on twin_cost"))
  }

  // MARK: Strategies that run wild

  @Test(arguments: [
    ("*(volatile long *)0x12345678UL = 1; return NULL;", "writes 0x12345678, where nothing is"),
    ("((struct folio_range *)ranges)->nr_pages = 5; return NULL;", "in-bounds: model: store to"),
    ("return (void *)(ranges[nr_ranges].nr_pages & 0);", "in-bounds: mmu (page fault)"),
    (
      "volatile long a[2], *p = a; for (int i = 0; i < 1 << 20; i++) p[i] = i; return NULL;",
      "where nothing is"
    ),
    ("volatile int zero = 0; return (void *)(long)((1 / zero) & 0);", "no-splat: mmu"),
  ])
  func outlivesAWildStrategy(body: String, words: String) async throws {
    let scratch = try Scratch()
    let spec = try scratch.spec(body)
    let run = try await replay(spec, "--cases", "4", "--case", "0")
    #expect(run.status == 1, "\(run.output)\(run.errors)")
    #expect(run.output.contains(words), "\(run.output)")
  }

  @Test func endsAStrategyThatHangs() async throws {
    let scratch = try Scratch()
    let spec = try scratch.spec("volatile int x = 1; while (x) x = 1; return NULL;")
    let run = try await replay(spec, "--cases", "1", "--timeout", "1")
    #expect(run.status == 3)
    #expect(run.output.contains("does not come to an end in 1 s"))
  }

  /// The processor's own system calls, which no model stands between.
  private static let system =
    "static long sys(long n, long a, long b, long c, long d) { register long e __asm__(\"r10\") = d; "
    + "long r; __asm__ volatile(\"syscall\" : \"=a\"(r) : \"a\"(n), \"D\"(a), \"S\"(b), "
    + "\"d\"(c), \"r\"(e) : \"rcx\", \"r11\", \"memory\"); return r; }"

  @Test(arguments: [
    // _exit(77); close() of all; a fork that waits for ever, in a session of its own.
    ("sys(231, 77, 0, 0, 0); return NULL;", "2 cases DISAGREE, 0 of 2 cases"),
    ("for (int i = 0; i < 64; i++) sys(3, i, 0, 0, 0); return NULL;", "2 of 2 cases"),
    (
      "if (!sys(57, 0, 0, 0, 0)) { sys(112, 0, 0, 0, 0); for (;;) sys(34, 0, 0, 0, 0); } return NULL;",
      "2 of 2 cases"
    ),
    // It blocks all signals and hangs; it stops itself.
    (
      "unsigned long all = ~0UL; sys(14, 0, (long)&all, 0, 8); for (;;) sys(39, 0, 0, 0, 0);",
      "cannot be shown on mmu: the run does not come to an end in 1 s"
    ),
    (
      "sys(62, sys(39, 0, 0, 0, 0), 19, 0, 0); return NULL;",
      "cannot be shown on mmu: the run does not come to an end in 1 s"
    ),
  ])
  func outlivesSystemCalls(body: String, words: String) async throws {
    let scratch = try Scratch()
    let spec = try scratch.spec(body, before: Self.system)
    let run = try await replay(spec, "--cases", "2", "--timeout", "1")
    #expect(run.output.contains(words), "\(run.output)\(run.errors)")
  }

  @Test func linksAStrategyWithTheModelOnly() async throws {
    let scratch = try Scratch()
    let spec = try scratch.spec("fork(); return NULL;", before: "int fork(void);")
    let run = try await replay(spec, "--cases", "1")
    #expect(run.status == 2)
    #expect(run.errors.contains("s.c:5: error: 'fork' is neither in the spec nor in the model"))
  }

  @Test func noticesAStoreToItsOwnVariables() async throws {
    let scratch = try Scratch()
    let spec = try scratch.spec(
      "vmr_model_violates = 0; return NULL;", before: "extern unsigned int vmr_model_violates;")
    let run = try await replay(spec, "--cases", "1", "--case", "0")
    #expect(run.status == 1)
    #expect(run.output.contains("where nothing of the strategy's is"), "\(run.output)")
  }

  @Test func nothingShownIsNoAgreement() async throws {
    let scratch = try Scratch()
    let refused = try scratch.spec(
      "vmc_assume(0, \"never\"); return NULL;",
      before: "void vmc_assume(_Bool condition, const char *why);")
    let rejected = try await replay(refused, "--cases", "3")
    #expect(rejected.status == 3)
    #expect(rejected.output.contains("cannot be shown, 0 of 3 cases"), "\(rejected.output)")
    let failing = try scratch.spec(
      "return NULL;", fields: ".map = map, .expect = { [ACCEPTS] = REFUTED },", to: "failing.c")
    let unreached = try await replay(failing, "--cases", "3")
    #expect(unreached.status == 3)
    #expect(unreached.output.contains(#/maps-exactly +holds +0 +0 +0 +-  nothing shown/#))
  }

  @Test func saysWhatDoesNotFitThisMachine() async throws {
    let scratch = try Scratch()
    let spec = try scratch.spec(
      "char *p = kvmalloc(1 << 30, GFP_KERNEL); unsigned long i; if (!p) return NULL; "
        + "for (i = 0; i < 1 << 30; i += 4096) p[i] = 1; kvfree(p); "
        + "p = kvmalloc(1 << 30, GFP_KERNEL); return p ? map(ranges, nr_ranges) : NULL;")
    let run = try await replay(spec, "--cases", "8")
    #expect(run.output.contains("cannot be shown on this machine"), "\(run.output)")
  }

  // MARK: Formats

  @Test func printsKTAP() async throws {
    let run = try await replay(
      "Tests/CommandLineTests/Specs/twin_accepts.c", "--cases", "20", "--format", "ktap")
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.prefix(4) == ["KTAP version 1", "1..1", "  KTAP version 1", "  1..11"])
    #expect(lines.contains("  ok 4 accepts"))
    #expect(lines.last == "ok 1 twin_accepts")
  }

  @Test func aSingleCaseIsJSONAlone() async throws {
    let run = try await replay(
      "Tests/CommandLineTests/Specs/twin_cost.c", "--case", "1", "--format", "json")
    #expect(run.output.hasPrefix("{"), "\(run.output)")
    let quiet = try await replay("Tests/CommandLineTests/Specs/twin_cost.c", "--case", "1", "-q")
    #expect(quiet.output.split(separator: "\n").count == 1, "\(quiet.output)")
  }

  @Test func printsJSON() async throws {
    struct Document: Decodable {
      struct Item: Decodable {
        struct Cases: Decodable { var ended: Int }
        var outcome: String
        var cases: Cases
      }
      var schema: Int
      var exitStatus: Int
      var entries: [Item]
    }
    let run = try await replay(
      "Tests/CommandLineTests/Specs/twin_cost.c", "--cases", "20", "--format", "json")
    let document = try JSONDecoder().decode(Document.self, from: Data(run.output.utf8))
    #expect(document.schema == 1)
    #expect(document.exitStatus == 0)
    #expect(document.entries.map(\.outcome) == ["agrees"])
    #expect(document.entries.first?.cases.ended == 20)
  }
}
