// SPDX-License-Identifier: Apache-2.0

/// What has become of a proof record.
public struct RecheckResult: Sendable {
  /// What another solver says of a record.
  public enum Verdict: Sendable {
    /// Each question is answered as the record has it.
    case rechecked
    /// Some is not: what it is for, and who says so. The proof is none.
    case refuted(String, by: String)
    /// To none the answer is another, but to some there is none: what it is for, and why.
    case unknown(String, reason: String)
    /// The file is no record, or not what was written.
    case damaged(String)
  }

  /// The record's file.
  public var path: String
  /// The spec's name and the property's, with a dot between them; nil of a damaged file.
  public var name: String?
  /// What is said of it.
  public var verdict: Verdict
  /// How many questions it has.
  public var questions: Int
}

/// Puts the questions of proof records to other solvers: each distinct one once.
public struct Recheck: Sendable {
  private let panel: SolverPanel
  private let jobs: Int

  /// Makes a check that keeps so many solvers at work at once.
  public init(panel: SolverPanel, jobs: Int) {
    self.panel = panel
    self.jobs = jobs
  }

  /// A file's text, or why there is none.
  public struct File: Sendable {
    var path: String
    var text: Result<String, DamagedRecord>

    /// Makes a file.
    public init(path: String, text: Result<String, DamagedRecord>) {
      self.path = path
      self.text = text
    }
  }

  /// Checks records, in their order.
  ///
  /// - Parameters:
  ///   - progress: is told how many of how many distinct questions are answered.
  ///   - handOver: takes each result as soon as it is known.
  /// - Returns: how many distinct questions there were.
  public func check(
    _ files: [File], progress: @Sendable (Int, Int) -> Void, handOver: (RecheckResult) -> Void
  ) async throws -> Int {
    let records = files.map { file in
      (path: file.path, record: Result { try RecordReader.read(file.text.get()) })
    }
    var order: [String] = []
    var numbers: [String: Int] = [:]
    for case .success(let record) in records.map(\.record) {
      for question in record.questions where numbers[question.script] == nil {
        numbers[question.script] = order.count
        order.append(question.script)
      }
    }
    var answers = [Answer?](repeating: nil, count: order.count)
    var next = 0
    func flush() {
      while next < records.count {
        guard let result = Recheck.result(records[next], numbers, answers) else { return }
        handOver(result)
        next += 1
      }
    }
    flush()
    try await withThrowingTaskGroup(of: (Int, [Answer]).self) { group in
      var waiting = stride(from: 0, to: order.count, by: panel.batch).makeIterator()
      var running = 0
      var done = 0
      func begin() {
        guard let first = waiting.next() else { return }
        let scripts = Array(order[first..<min(first + panel.batch, order.count)])
        let panel = panel
        group.addTask { (first, try await panel.answers(to: scripts)) }
        running += 1
      }
      for _ in 0..<jobs { begin() }
      while let (first, some) = try await group.next() {
        running -= 1
        for (index, answer) in some.enumerated() { answers[first + index] = answer }
        done += some.count
        progress(done, order.count)
        begin()
        flush()
      }
    }
    return order.count
  }

  /// Nil while some question has no answer yet.
  private static func result(
    _ record: (path: String, record: Result<ReadRecord, any Error>), _ numbers: [String: Int],
    _ answers: [Answer?]
  ) -> RecheckResult? {
    switch record.record {
    case .failure(let error):
      return RecheckResult(
        path: record.path, name: nil, verdict: .damaged("\(error)"), questions: 0)
    case .success(let read):
      var known: [(String, Answer)] = []
      for question in read.questions {
        guard let number = numbers[question.script], let answer = answers[number] else {
          return nil
        }
        known.append((question.words, answer))
      }
      return RecheckResult(
        path: record.path, name: read.name, verdict: verdict(known), questions: known.count)
    }
  }

  private static func verdict(_ answers: [(words: String, answer: Answer)]) -> RecheckResult.Verdict
  {
    for (words, answer) in answers {
      if case .sat(let solver) = answer { return .refuted(words, by: solver) }
    }
    for (words, answer) in answers {
      if case .unknown(let reason) = answer { return .unknown(words, reason: reason) }
    }
    return .rechecked
  }
}
