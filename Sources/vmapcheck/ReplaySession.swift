// SPDX-License-Identifier: Apache-2.0

import Environment
import Foundation
import Frontend
import KernelSource
import Replay
import Report
import Verifier

/// One run of `vmapcheck replay`.
struct ReplaySession: Sendable {
  let command: ReplayCommand
  let interruption: Interruption
  let detail: Detail
  let style: Style
  let progress = Progress(console: .shared)

  private struct Tools: Sendable {
    var frontend: Frontend
    var compiler: NativeCompiler
    var trees: Trees
    var verdicts: VerdictFile?
    var kernel: Kernel?
  }

  /// A kernel that is ready.
  struct Kernel: Sendable {
    var session: KernelSession
    var facts: KernelFacts
  }

  /// Replays everything, prints, and says what to exit with.
  func run() async -> ReplayStatus {
    let begin = ContinuousClock.now
    progress.start()
    defer { progress.stop() }
    var entries: [ReplayEntry] = []
    var facts: KernelFacts?
    do {
      try checkOutput()
      if command.on == "host", let status = try HostRun(command: command).begin() {
        return status
      }
      let work = try ReplayFinder.work(at: command.paths)
      if let message = command.misuse(on: work) {
        Console.shared.complain("vmapcheck: error: \(message)")
        return .usage
      }
      let frontend = Frontend(
        clang: try await Clang.find(at: command.common.clang), environment: EnvironmentFiles.folder)
      let kernel = try await kernel()
      facts = kernel?.facts
      let tools = Tools(
        frontend: frontend,
        compiler: NativeCompiler(frontend: frontend, runner: EnvironmentFiles.runner),
        trees: Trees(given: command.kernel, series: facts?.series, progress: progress),
        verdicts: try command.verdicts.map { try VerdictFile($0) }, kernel: kernel)
      for (index, item) in work.enumerated() {
        progress.set(left: work.count - index - 1)
        for entry in await replay(item, tools) {
          entries.append(entry)
          present(entry)
        }
      }
    } catch {
      if interruption.isInterrupted { return .interrupted }
      let problem = Session.problem(error)
      Console.shared.complain(ProblemText(problem).lines.joined(separator: "\n"))
      return problem.isInternal ? .internalError : .usage
    }
    progress.stop()
    var statuses = entries.map(\.status)
    if interruption.isInterrupted { statuses.append(.interrupted) }
    let status = ReplayStatus.worst(of: statuses)
    let document = ReplayDocument(
      entries, time: ContinuousClock.now - begin, status: status, machine: command.on,
      kernel: facts)
    finish(entries, ContinuousClock.now - begin, status, document)
    return write(document) ? status : .usage
  }

  // MARK: Work

  private func replay(_ work: ReplayFinder.Work, _ tools: Tools) async -> [ReplayEntry] {
    progress.begin(work.path)
    defer { progress.end(work.path) }
    do {
      try Task.checkCancellation()
      switch work {
      case .counterexample(let path):
        return [ReplayEntry(file: path, outcome: try await counterexample(path, tools))]
      case .spec(let path): return try await spec(path, tools)
      }
    } catch {
      if error is CancellationError || interruption.isInterrupted {
        return [ReplayEntry(file: work.path, outcome: .interrupted)]
      }
      return [ReplayEntry(file: work.path, outcome: .failed(Session.problem(error)))]
    }
  }

  private var settings: MMU.Settings {
    var settings = MMU.Settings()
    settings.trapsReads = command.trapReads
    settings.seconds = command.timeout
    settings.fault = command.fault?.rawValue
    return settings
  }

  private func counterexample(
    _ path: String, _ tools: Tools
  ) async throws -> ReplayEntry.Outcome {
    let counterexample = try CounterexampleFile.read(path)
    let source = try SpecSource(contentsOf: place(of: counterexample, path))
    var tree: KernelTree?
    if let kernel = counterexample.origin.kernel {
      guard
        let found = try await tools.trees.tree(
          files: source.kernelFiles, series: kernel.series)
      else {
        throw ReplayError.file(
          path: path, reason: "was found with linux \(kernel): give --kernel TREE")
      }
      guard found.version.description == kernel else {
        throw ReplayError.file(
          path: path,
          reason: "was found with linux \(kernel), and \(found.origin.path) is linux "
            + "\(found.version): give --kernel TREE, or verify the spec again")
      }
      tree = found
    }
    let program: NativeSpec
    switch try await tools.compiler.compile(spec: source, tree: tree) {
    case .compiled(let compiled): program = compiled
    case .absent(let absence): throw ReplayError.file(path: path, reason: absence.reason)
    case .needsTree:
      throw ReplayError.file(path: path, reason: "is of a spec that needs a kernel tree")
    }
    guard program.hash == counterexample.specHash else {
      throw ReplayError.file(
        path: path,
        reason: "is of another version of \(source.path), of vmapcheck's model or of the kernel "
          + "(\(counterexample.specHash.prefix(12)), now \(program.hash.prefix(12))): verify the "
          + "spec again")
    }
    let native = MMU(spec: program, settings: settings)
    let names = try await native.names()
    guard names.contains(counterexample.spec) else {
      throw ReplayError.file(
        path: path,
        reason: "is of a spec \(counterexample.spec); \(source.path) has "
          + "\(names.sorted().joined(separator: ", "))")
    }
    if let kernel = tools.kernel {
      return .replayed(
        try await KernelReplay(session: kernel.session, facts: kernel.facts).run(
          counterexample, source: source, native: native))
    }
    return .replayed(try await CounterexampleReplay.run(counterexample, on: native))
  }

  /// The spec's file: as it is given, as the counterexample has it, or seen from its folder.
  private func place(of counterexample: Counterexample, _ path: String) throws -> String {
    if let spec = command.spec { return spec }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let places = [
      counterexample.file, folder.appendingPathComponent("../" + counterexample.file).path,
      folder.appendingPathComponent(counterexample.file).path,
    ]
    guard let place = places.first(where: FileManager.default.fileExists(atPath:)) else {
      throw ReplayError.file(
        path: path,
        reason: "is of \(counterexample.file), which is not there: give --spec PATH")
    }
    return place
  }

  private func spec(_ path: String, _ tools: Tools) async throws -> [ReplayEntry] {
    let source = try SpecSource(contentsOf: path)
    let needs = source.needsTree || command.kernel != nil
    let tree = needs ? try await tools.trees.tree(files: source.kernelFiles) : nil
    let program: NativeSpec
    switch try await tools.compiler.compile(spec: source, tree: tree) {
    case .compiled(let compiled): program = compiled
    case .absent(let absence):
      return [ReplayEntry(file: path, outcome: .skipped(reason: absence.reason))]
    case .needsTree:
      return [ReplayEntry(file: path, outcome: .skipped(reason: "needs a kernel tree"))]
    }
    let machine = MMU(spec: program, settings: settings)
    var entries: [ReplayEntry] = []
    for name in try await machine.names() where command.only == nil || command.only == name {
      defer { progress.note(nil) }
      if let kernel = tools.kernel {
        let cases = KernelCases(kernel: kernel, command: command)
        entries.append(try await cases.entry(name, source: source, native: machine))
        continue
      }
      if let single = command.single, command.format == .text, detail > .quiet {
        let lines = try await DrawnCase(machine: machine, spec: name, seed: command.drawnSeed)
          .lines(of: single)
        Console.shared.write(lines.joined(separator: "\n") + "\n")
      }
      let plan = Conformance.Plan(
        cases: command.drawnCases, seed: command.drawnSeed, jobs: command.common.jobsAtOnce)
      let conformance = try await Conformance.run(
        name, on: machine, plan: plan,
        verdicts: try tools.verdicts?.verdicts(on: name) ?? [:], single: command.single,
        journals: ReplaySession.journals
      ) { done in progress.note("\(name): \(done) of \(plan.cases) cases") }
      entries.append(ReplayEntry(file: path, name: name, outcome: .conformance(conformance)))
    }
    if entries.isEmpty {
      throw FrontendError.compile(
        messages: "\(path): error: there is no spec \(command.only ?? "in this file")")
    }
    return entries
  }

  private static var journals: URL {
    TreeCache.userFolder.appendingPathComponent("cases", isDirectory: true)
  }

  // MARK: Output

  private func present(_ entry: ReplayEntry) {
    let lines: [String]
    switch entry.outcome {
    case .replayed(let replay): lines = ReplayText(replay, style: style, detail: detail).lines
    case .conformance(let conformance):
      lines =
        ConformanceText(
          conformance, file: entry.file, style: style,
          detail: command.single == nil || command.on != "mmu" ? detail : .quiet
        ).lines
    case .failed(let problem):
      Console.shared.complain(ProblemText(problem).lines.joined(separator: "\n"))
      lines = ["vmapcheck: \(entry.file): error: cannot be replayed"]
    case .skipped(let reason): lines = ["vmapcheck: \(entry.file): skipped: \(reason)"]
    case .interrupted: lines = ["vmapcheck: \(entry.file): interrupted"]
    }
    if command.format == .text { Console.shared.write(lines.joined(separator: "\n") + "\n") }
  }

  private func finish(
    _ entries: [ReplayEntry], _ time: Duration, _ status: ReplayStatus,
    _ document: ReplayDocument
  ) {
    switch command.format {
    case .text:
      if entries.count > 1 {
        Console.shared.write(ReplayRunText(entries, time: time, style: style).line + "\n")
      }
    case .ktap: Console.shared.write(KTAP(entries).lines.joined(separator: "\n") + "\n")
    case .json:
      do {
        Console.shared.write(try document.text() + "\n")
      } catch {
        Console.shared.complain("vmapcheck: error: the JSON cannot be made: \(error)")
      }
    }
  }
}

/// The kernel trees of a run: each opened once for the files that are asked for.
actor Trees {
  private let given: String?
  /// "6.1": of what is installed, the tree of the kernel that is run.
  private let series: String?
  private let progress: Progress
  private var known: [[String]: KernelTree?] = [:]

  init(given: String?, series: String? = nil, progress: Progress) {
    self.given = given
    self.series = series
    self.progress = progress
  }

  /// The tree that was given; else of those in /usr/src that of a series, or the newest.
  func tree(files: [String], series: String? = nil) async throws -> KernelTree? {
    let files = Set(files).sorted()
    let key = files + [series ?? ""]
    if let tree = known[key] { return tree }
    guard let path = given ?? installed(series ?? self.series) ?? KernelTree.newestInstalled()?.path
    else { return nil }
    let name = "reading \(path)"
    progress.begin(name)
    defer { progress.end(name) }
    let tree = try await KernelTree.open(at: path, files: files)
    known[key] = tree
    return tree
  }

  private func installed(_ series: String?) -> String? {
    series.map { "/usr/src/linux-source-\($0).tar.xz" }.flatMap {
      FileManager.default.fileExists(atPath: $0) ? $0 : nil
    }
  }
}

extension String {
  /// "6.12" of the version "6.12.117".
  fileprivate var series: String { split(separator: ".").prefix(2).joined(separator: ".") }
}
