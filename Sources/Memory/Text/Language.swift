/// Languages whose words are cut to their stems, and whose most common words are left out.
package enum Language: String, Sendable, CaseIterable {
    case english, german, french, spanish, italian, portuguese, dutch, swedish

    /// Words that say nothing of what a text is about; without accents, as the analyzer makes them.
    package var stopWords: Set<String> { Self.lists[self] ?? [] }

    /// The language most of whose common words are in a text; nil where that says too little.
    package static func detect(_ words: [String]) -> Language? {
        var hits: [Language: Int] = [:]
        for word in words.prefix(400) {
            for language in owners[word] ?? [] { hits[language, default: 0] += 1 }
        }
        let ranked = hits.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }
        guard let first = ranked.first, first.value >= 2 else { return nil }
        // Of two with the same words neither is known.
        if ranked.count > 1, ranked[1].value == first.value { return nil }
        return first.key
    }

    /// Whether any of them has it among its most common words.
    static func isStopWord(_ word: String) -> Bool { owners[word] != nil }

    /// Its place in a set of languages.
    var set: LanguageSet { LanguageSet(rawValue: 1 << (Self.allCases.firstIndex(of: self) ?? 0)) }

    private static let owners: [String: [Language]] = {
        var owners: [String: [Language]] = [:]
        for language in allCases {
            for word in language.stopWords { owners[word, default: []].append(language) }
        }
        return owners
    }()

    private static let lists: [Language: Set<String>] = texts.mapValues { text in
        Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }

    private static let texts: [Language: String] = [
        .english: """
        a about after again all also am an and any are as at be because been before being both but by can could did do
        does doing down during each few for from further had has have having he her here hers herself him himself his how
        i if in into is it its itself just me more most my myself no nor not now of off on once only or other our ours out
        over own same she should so some such than that the their theirs them then there these they this those through to
        too under until up very was we were what when where which while who whom why will with would you your yours
        d ll m o re s t ve y dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt wont wouldnt couldnt shouldnt
        cant im ive id ill youre youve youd youll hes shes its thats theres were weve well theyre theyve lets whats
        """,
        .german: """
        aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei bin bis bist da damit dann
        das dass dein deine dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch dort du durch
        ein eine einem einen einer eines er es etwas euch euer fur gegen gewesen hab habe haben hat hatte hatten hier hin
        hinter ich ihm ihn ihnen ihr ihre im in indem ins ist jede jedem jeden jeder jedes jetzt kann kein keine konnen
        konnte machen man manche mein meine mich mir mit muss nach nicht nichts noch nun nur ob oder ohne sehr sein seine
        sich sie sind so solche soll sollte sondern sonst uber um und uns unser unter viel vom von vor wahrend war waren
        warum was weg weil weiter welche wenn werde werden wie wieder will wir wird wo wollen wurde zu zum zur zwar
        zwischen
        """,
        .french: """
        a ai au aux avec avait c ce ces cette d dans de des du elle elles en est et etait ete etre eu il ils j je l la le
        les leur leurs lui m ma mais me meme mes moi mon n ne nos notre nous on ont ou par pas pour qu que qui s sa sans
        se ses si son sont sur t ta te tes toi ton tu un une vos votre vous y
        """,
        .spanish: """
        a al algo ante antes como con contra cual cuando de del desde donde durante e el ella ellas ellos en entre era es
        esa esas ese eso esos esta estaba estan estar estas este esto estos fue ha hay la las le les lo los mas me mi mis
        mucho muy nada ni no nos nosotros o os otra otro para pero poco por porque que quien se sea ser si sin sobre son
        su sus tambien te tiene todo todos tu tus un una uno y ya yo
        """,
        .italian: """
        a ad agli ai al alla alle anche che chi ci come con contro cui da dagli dai dal dalla dei del della delle di dove
        e ed era gli ha hai hanno ho i il in io l la le lei li lo loro lui ma mi mia mio ne nei nel nella no noi non o per
        perche piu quale quando quella quello questa questo se sei si sia sono su sua sue sul sulla suo ti tra tu tua tuo
        un una uno vi voi
        """,
        .portuguese: """
        a ao aos aquela aquele as ate com como da das de dela dele depois do dos e ela ele eles em entre era essa esse
        esta este eu foi ha isso isto ja la lhe mais mas me mesmo meu minha muito na nao nas nem no nos o os ou para pela
        pelo por qual quando que quem se sem ser seu seus so sua suas tambem te tem um uma voce
        """,
        .dutch: """
        aan al alles als altijd andere ben bij daar dan dat de der deze die dit doch doen door dus een eens en er ge geen
        geweest haar had heb hebben heeft hem het hier hij hoe hun iemand iets ik in is ja je kan kon kunnen maar me meer
        men met mij mijn moet na naar niet niets nog nu of om omdat onder ons ook op over reeds te tegen toch toen tot u
        uit uw van veel voor want waren was wat werd wezen wie wil worden wordt zal ze zelf zich zij zijn zo zonder zou
        """,
        .swedish: """
        alla allt att av blev bli blir da de dem den denna deras dess det detta dig din dina dit du dar efter ej eller en
        er ett fran for ha hade han hans har henne hennes hon honom hur har i icke ingen inom inte jag ju kan kunde man
        med mellan men mig min mina mitt mot mycket nagon nagot nar ni nu och om oss pa sa sedan sig sin sina sjalv skulle
        som till under upp ut vad var vara varit varje vem vi vid vilken ar
        """,
    ]
}

/// Some of the languages, kept as a number.
package struct LanguageSet: OptionSet, Sendable, Hashable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
}
