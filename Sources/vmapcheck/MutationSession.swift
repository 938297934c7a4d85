// SPDX-License-Identifier: Apache-2.0

import Execution
import Frontend
import KernelSource
import Report
import Verifier

/// One run of `vmapcheck mutate`.
struct MutationSession: Sendable {
  let session: Session
  /// Only these functions' faults; empty for all.
  let functions: Set<String>
  /// Seconds that one mutant may take.
  let timeout: Int
  let isJSON: Bool
  let style: Style

  /// A spec file that mutants are made of.
  private struct Subject: Sendable {
    var prepared: PreparedSpec
    var kernel: KernelVersion?
    var frontend: Frontend
    var irText: String
    var optimised: String
    /// With the functions that each leads to.
    var judges: [(judge: MutantJudge, functions: Set<String>)]

    /// Who judges a fault in a function: first those whose proofs go through it.
    func judges(of function: String) -> [MutantJudge] {
      let all = judges.filter { $0.functions.contains(function) }.map(\.judge)
      return all.filter { !$0.isByContract(function) } + all.filter { $0.isByContract(function) }
    }

    var functions: Set<String> { judges.reduce(into: []) { $0.formUnion($1.functions) } }
  }

  /// Why a file has no mutants.
  private struct Stop: Error {
    var status: ExitStatus
    var words: String
  }

  /// Makes faults, prints what becomes of them, and says what to exit with.
  func run() async -> ExitStatus {
    let begin = ContinuousClock.now
    session.progress.start()
    let setup: Session.Setup
    do {
      setup = try await session.prepare { remark in
        if session.detail > .quiet { Console.shared.complain("vmapcheck: \(remark)") }
      }
    } catch {
      session.progress.stop()
      return complain(error).status
    }
    var files: [MutationFile] = []
    for source in setup.sources where !Task.isCancelled {
      let file = await mutate(source, setup)
      files.append(file)
      if !isJSON { write(text.lastLine(file)) }
    }
    session.progress.stop()
    let status = ExitStatus.worst(
      of: files.map(\.exitStatus) + (Task.isCancelled ? [.interrupted] : []))
    let time = ContinuousClock.now - begin
    do {
      write(
        isJSON
          ? try MutationDocument(files, status: status, time: time).text()
          : text.lastLine(files, time: time))
    } catch {
      return complain(error).status
    }
    return status
  }

  private var text: MutationText { MutationText(style: style, detail: session.detail) }

  private func write(_ line: String) { Console.shared.write(line + "\n") }

  private func complain(_ error: any Error) -> Stop {
    if error is CancellationError || session.interruption.isInterrupted {
      return Stop(status: .interrupted, words: "interrupted")
    }
    let problem = Session.problem(error)
    Console.shared.complain(ProblemText(problem).lines.joined(separator: "\n"))
    return Stop(
      status: problem.isInternal ? .internalError : .usage, words: "standard error says why")
  }

  // MARK: One file

  private func mutate(_ source: Session.Source, _ setup: Session.Setup) async -> MutationFile {
    var file = MutationFile(path: source.path)
    do {
      let subject = try await subject(source, setup)
      let mutants = subject.prepared.mutants(
        of: functions.isEmpty
          ? subject.functions : subject.functions.intersection(functions))
      if mutants.isEmpty {
        throw Stop(
          status: .usage,
          words: "there is nothing to mutate in "
            + (functions.isEmpty
              ? "its functions"
              : "\(functions.sorted().joined(separator: ", ")); the strategy has "
                + subject.functions.sorted().joined(separator: ", ")))
      }
      await judge(mutants, subject, &file)
      if Task.isCancelled { file.stop = (.interrupted, "interrupted") }
    } catch let stop as Stop {
      file.stop = (stop.status, stop.words)
    } catch {
      let stop = complain(error)
      file.stop = (stop.status, stop.words)
    }
    return file
  }

  private func subject(_ source: Session.Source, _ setup: Session.Setup) async throws -> Subject {
    session.progress.begin(source.path)
    defer { session.progress.end(source.path) }
    let spec = try source.spec.get()
    let tree = setup.isGiven || spec.needsTree ? setup.tree : nil
    let prepared: PreparedSpec
    switch try spec.prepare(tree: tree) {
    case .ready(let ready): prepared = ready
    case .absent(let absence): throw Stop(status: .success, words: absence.reason)
    case .needsTree:
      throw Stop(status: .success, words: "needs a kernel tree; give one with --kernel TREE")
    }
    let compiled = try await setup.frontend.compile(prepared, kernel: tree?.version)
    let file = try SpecFile(compiled)
    var judges: [(judge: MutantJudge, functions: Set<String>)] = []
    for name in file.names {
      let judge = try MutantJudge(file, spec: name, settings: session.settings)
      guard judge.isUsable else {
        throw Stop(
          status: .unexpected,
          words: "\(name) is not as expected without a fault; see `vmapcheck verify`")
      }
      judges.append((judge, prepared.functions(of: name)))
    }
    return Subject(
      prepared: prepared, kernel: tree?.version, frontend: setup.frontend,
      irText: compiled.spec.irText,
      optimised: try await setup.frontend.optimised(prepared, kernel: tree?.version),
      judges: judges)
  }

  // MARK: Mutants

  /// What came of trying a mutant.
  private enum Trial: Sendable {
    case entry(MutantEntry)
    /// It is no C, or no other C.
    case discarded
    case failed(Stop)
  }

  /// Judges mutants, several at once, and prints each as soon as those before it are there.
  private func judge(_ mutants: [Mutant], _ subject: Subject, _ file: inout MutationFile) async {
    var trials: [Trial?] = Array(repeating: nil, count: mutants.count)
    var printed = 0
    await withTaskGroup(of: (Int, Trial).self) { group in
      var waiting = Array(mutants.enumerated())[...]
      var running = 0
      while true {
        while running < session.jobs, !Task.isCancelled, let next = waiting.popFirst() {
          group.addTask { (next.offset, await attempt(next.element, subject)) }
          running += 1
        }
        session.progress.set(left: waiting.count)
        guard let (number, trial) = await group.next() else { break }
        running -= 1
        trials[number] = trial
        while printed < trials.count, let trial = trials[printed] {
          take(trial, &file)
          printed += 1
        }
      }
    }
  }

  private func take(_ trial: Trial, _ file: inout MutationFile) {
    switch trial {
    case .entry(let entry):
      file.entries.append(entry)
      if !isJSON { text.lines(entry).forEach(write) }
    case .discarded: file.discarded += 1
    case .failed(let stop): file.stop = (stop.status, stop.words)
    }
  }

  private func attempt(_ mutant: Mutant, _ subject: Subject) async -> Trial {
    let name = "\(mutant.file):\(mutant.line)"
    session.progress.begin(name)
    defer { session.progress.end(name) }
    do {
      let faulty = subject.prepared.with(mutant)
      let compiled = try await subject.frontend.compile(faulty, kernel: subject.kernel)
      if compiled.spec.irText == subject.irText { return .discarded }
      let outcome = try await outcome(mutant, compiled, subject)
      if outcome.isUnnoticed,
        try await subject.frontend.optimised(faulty, kernel: subject.kernel) == subject.optimised
      {
        return .entry(MutantEntry(mutant: mutant, outcome: .equivalent))
      }
      return .entry(MutantEntry(mutant: mutant, outcome: outcome))
    } catch FrontendError.compile {
      return .discarded
    } catch {
      return .failed(complain(error))
    }
  }

  /// By the first spec of the file that kills the mutant.
  private func outcome(
    _ mutant: Mutant, _ compiled: CompiledSpec, _ subject: Subject
  ) async throws -> MutantEntry.Outcome {
    let faulty: SpecFile
    do {
      faulty = try SpecFile(compiled)
    } catch {
      return .killed(.failure(error.message), spec: mutant.file)
    }
    var unproved: [Property] = []
    var doubt: String?
    var isReached = false
    let line = CodeLine(function: mutant.function, line: mutant.line)
    for judge in subject.judges(of: mutant.function) {
      let name = judge.original.name
      let deadline = Deadline()
      let judgement = try await deadline.run(seconds: timeout) {
        try judge.judge(faulty, at: line) { deadline.add($0) }
      }
      switch judgement {
      case .killed(let kill): return .killed(kill, spec: name)
      case .survived(let lost):
        unproved += lost.filter { !unproved.contains($0) }
        isReached = true
      case .unreached: break
      case .inconclusive(let reason): doubt = doubt ?? "\(name): \(reason)"
      case nil: doubt = doubt ?? "\(name): no answer within \(timeout) s; --timeout raises it"
      }
    }
    if let doubt { return .inconclusive(reason: doubt) }
    return isReached ? .survived(unproved: unproved) : .unreached
  }
}
