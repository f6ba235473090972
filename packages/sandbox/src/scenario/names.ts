/** A name as it is written, and in letters that fit an address where those of the name do not. */
type Name = string | readonly [name: string, latin: string];

export const FIRST_NAMES: readonly Name[] = [
  ...(
    'Aaliyah Abena Adaeze Adam Adriana Agnieszka Ahmed Aidan Aisha Akira Alan Albert Alejandro Alessandra Alice Amara Amélie ' +
    'Amina Amira Amy Ana Anaïs András Andrew Aneesa Angela Anika Anna Antônio Anwar Ariadne Arjun Arthur Astrid Ayesha Ayşe ' +
    'Barbara Beatriz Benedikt Björn Bogdan Brendan Bronwen Camille Caoimhe Carlos Catherine Cécile Charlotte Chiamaka Chidi ' +
    'Chloë Christoph Ciarán Claire Cristina Dafydd Daniel Danuta David Deborah Deepika Désirée Diego Dimitra Dominika Dylan ' +
    'Ebony Edith Eilidh Eleanor Élodie Elsa Emeka Émilie Emily Emma Enrique Erik Esther Eszter Ewa Fatima Fatou Fergus Fiona ' +
    'Florence François Françoise Freya Gareth Gavin Geneviève George Gertrud Gintaras Giulia Grace Graham Gülşen Gwen Hamza ' +
    'Hana Hannah Harriet Harry Heike Helen Henrik Hiba Hüseyin Ibrahim Idris Ifeoma Ilse Imani Ines Ingrid Irina Isabel ' +
    'Isla Ivana Jack Jamal James Jana Jean Jelena Jens Jérôme João Johanna John Jorge José Joyce Julia Jürgen Kamal Karen ' +
    'Katarzyna Kateřina Kavita Keisha Kenneth Khadija Kofi Krzysztof Kwame Lars Laura Layla Leila Léa Liam Lina Łukasz Luís ' +
    'Maeve Magdalena Malala Marek Margaret María Mariam Marie-Claire Márta Martin Mary Matteo Maximilian Mehmet Mei Michael ' +
    'Miguel Milena Miriam Mohammed Moira Mônica Nadia Naomi Natasha Nia Niamh Nicolás Nikhil Nkechi Noémie Nour Oghenetega ' +
    'Oisín Olga Oliver Olivia Omar Ólafur Orla Oscar Owen Paolo Patricia Paul Peter Petra Philippa Pierre Piotr Poppy Priya ' +
    'Quentin Rachel Rafael Rahul Rania Raúl Rebecca René Rhys Ricardo Roberta Róisín Rosa Ruth Sadia Saeed Samira Samuel ' +
    'Sanjay Sara Sean Şebnem Sibusiso Siobhán Sofía Søren Stephanie Sunita Susan Svetlana Sylvie Taiwo Tamara Tariq Tatiana ' +
    'Thandiwe Theresa Thierry Thomas Tiago Tomáš Tunde Uchenna Ulrike Ursula Valentina Vasiliki Vera Victoria Vikram Violeta ' +
    'Wanjiru Wilhelmina William Xavier Yasmin Yetunde Yoko Yusuf Yvonne Zainab Zara Zbigniew Željko Zoë Zsófia'
  ).split(' '),
  ['Анна', 'anna'],
  ['Дмитро', 'dmytro'],
  ['Олена', 'olena'],
  ['Сергей', 'sergei'],
  ['Γιώργος', 'giorgos'],
  ['Ελένη', 'eleni'],
  ['فاطمة', 'fatima'],
  ['محمد', 'mohammed'],
  ['נועה', 'noa'],
  ['小明', 'xiaoming'],
  ['花子', 'hanako'],
  ['지우', 'jiwoo'],
  ['अनिता', 'anita'],
];

export const LAST_NAMES: readonly Name[] = [
  ...(
    'Abdi Abubakar Achebe Adebayo Agarwal Ahmed Akhtar Ali Álvarez Andersen Andersson Asante Ashworth Åström Baker Banerjee ' +
    'Barnes Barros Becker Begum Bello Bennett Bergström Bernard Bhatt Bianchi Blake Boateng Brown Brânză Brzezicki Burke ' +
    'Campbell Carter Castillo Çelik Chakraborty Chan Chaudhry Chen Choi Christensen Clarke Colombo Costa Cox Cruz Cunningham ' +
    "Czarnecki D'Angelo D'Souza Dąbrowska Dahl Davies de\u00a0Vries Demir Desai Diallo Diaz Dijkstra Dlamini Doyle Dubois Dupont " +
    'Edwards Egwu Eriksson Evans Eze Farah Fernández Ferrari Fischer Fitzgerald Flynn Fofanah Fontaine Foster Fournier ' +
    'Fraser Gallagher García Garnier Gibson Gomes González Grabowski Graham Gray Green Großmann Gunnarsdóttir Gupta Haddad ' +
    'Hall Hansen Harris Hassan Henderson Hernández Hill Hoang Hoffmann Horvat Hossain Hughes Hussain Ibrahimović Ikeda ' +
    'Ivanova Iyer Jackson Jansen Janković Jensen Jiménez Johansson Johnson Jones Joshi Kamau Kaplan Karlsson Kaur Kaya ' +
    'Kelly Kennedy Khan Kim King Koch Kovács Kowalczyk Kowalski Król Kumar Kurt Łukasik Lambert Lang Larsen Le\u00a0Gall Lee ' +
    'Lehtinen Lewis Lindqvist Lloyd López MacDonald Mahmoud Malik Mandal Marković Martin Martínez Mbeki McCarthy McKenzie ' +
    'Mehta Méndez Mensah Meyer Miah Mitchell Mohamud Molina Moore Morales Moreau Morgan Moyo Mukherjee Müller Muñoz Murphy ' +
    "Murray Mwangi Nagy Nakamura Ndiaye Nel Nguyễn Nielsen Njoroge Novák Nowak Núñez O'Brien O'Connor O'Neill Odhiambo " +
    'Okafor Okonkwo Olsen Omondi Ortiz Osei Otieno Owusu Öztürk Papadopoulos Park Parker Patel Pereira Pérez Peters ' +
    'Petit Petrov Phillips Pinto Popescu Powell Quigley Quiñones Rahman Rajan Ramírez Rao Reid Reilly Reyes Richards Rivera ' +
    'Roberts Robinson Rodrigues Rojas Rossi Roux Russo Ryan Sah Saïdi Salazar Sánchez Santos Sato Schäfer Schmidt Schröder ' +
    'Sharma Shaw Sheikh Silva Simić Singh Sithole Smith Soares Sørensen Sousa Stewart Suleiman Szabó Takahashi Tan Tanaka ' +
    'Taylor Thapa Thompson Toth Touré Traoré Turner Uddin van\u00a0den\u00a0Berg Vargas Varga Vasilyeva Väisänen Vieira Villanueva ' +
    'Virtanen Vogel Walker Wang Ward Watanabe Watson Weber Węgrzyn White Wilkinson Williams Wilson Wójcik Wood Wright Wu ' +
    'Yamamoto Yeo Yıldız Young Zając Zhang Zieliński Zimmermann Zulu Žižek'
  )
    .split(' ')
    .map((name) => name.replaceAll('\u00a0', ' ')),
  ['Шевченко', 'shevchenko'],
  ['Кузнецова', 'kuznetsova'],
  ['Παπαδάκης', 'papadakis'],
  ['الحسن', 'alhasan'],
  ['כהן', 'cohen'],
  ['王', 'wang'],
  ['山田', 'yamada'],
  ['김', 'kim'],
  ['शर्मा', 'sharma'],
];

export const ORGANISATIONS: readonly string[] = [
  'Ashdown Community Garden',
  'Bridge Street Food Bank',
  'Café Übermorgen e.V.',
  'Castle Lane Allotments',
  'Fairhaven Parish Council',
  'Friends of Moss Wood',
  'Green Lane Primary School',
  'Harbour Lights Choir',
  'Kowalski & Daughters Bakery',
  'Mill Road Mutual Aid',
  'Northside Cycling Club',
  'Riverside Residents’ Association',
  'Société des Amis du Canal',
  'The Old Forge Workshop',
  'Westbrook Mosque',
  'Windmill Hill Tenants',
];

/** Invented: nobody lives there, and neither side takes them for test addresses. */
export const MAIL_DOMAINS: readonly string[] = [
  'bluewren-mail.test',
  'brightpost.test',
  'cedarmail.test',
  'fenland-net.test',
  'harbourmail.test',
  'inboxnorth.test',
  'kiteline.test',
  'lanternpost.test',
  'mail.millbrook-college.test',
  'mossgate.test',
  'northlight.test',
  'ourvalley.test',
  'papierflieger.test',
  'quicksend.test',
  'rivernet.test',
  'saltmarsh-online.test',
  'telefonica-sur.test',
  'tidemail.test',
  'westering.test',
  'zwaluw-post.test',
];

export const writtenName = (name: Name): string => (typeof name === 'string' ? name : name[0]);

/** Letters that decomposition does not take apart. */
const LATIN: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  ß: 'ss',
  đ: 'd',
  æ: 'ae',
  ı: 'i',
  ð: 'd',
  þ: 'th',
};

/** The name in lower-case ASCII letters, for the front of an address. */
export function latinName(name: Name): string {
  if (typeof name !== 'string') return name[1];
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[^a-z]/g, (letter) => LATIN[letter] ?? '');
}
